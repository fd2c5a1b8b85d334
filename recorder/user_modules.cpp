// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_modules.h"

#include <utility>

namespace caprec {

std::shared_ptr<UserModule> UserModules::find(const MappingRecord& record) {
    std::string content = record.path;
    content.push_back('\0');
    content += record.build_id;
    if (record.build_id.empty())
        content += std::to_string(record.device) + ':' + std::to_string(record.inode);
    if (const auto known = modules_.find(content); known != modules_.end())
        return known->second;
    constexpr std::size_t around = sizeof(UserModule) + 160;  // the entry, the use count, the allocator's overhead
    const std::size_t bytes = around + 2 * content.size();
    if (*held_ + bytes > limit_)
        modules_.clear();
    if (*held_ + bytes > limit_)
        return nullptr;
    *held_ += bytes;
    std::shared_ptr<UserModule> module(new UserModule{record.path, record.build_id, record.device, record.inode, {}},
                                       [held = held_, bytes](UserModule* gone) {
                                           *held -= bytes;
                                           delete gone;
                                       });
    modules_.emplace(std::move(content), module);
    return module;
}

}  // namespace caprec
