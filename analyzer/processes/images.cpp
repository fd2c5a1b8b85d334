// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/images.h"

namespace caprec {

Images::Images() : paths_{"", "(other)"} { numbers_.emplace(paths_[unknown.value()], unknown); }

ImageId Images::intern(std::string_view path) {
    path = path.substr(0, max_name_bytes);
    if (const auto known = numbers_.find(path); known != numbers_.end())
        return known->second;
    if (paths_.size() >= max_images || bytes_ + path.size() > max_bytes) {
        limits_reached_ = true;
        return other;
    }
    bytes_ += path.size();
    const ImageId id(static_cast<std::uint32_t>(paths_.size()));
    numbers_.emplace(paths_.emplace_back(path), id);
    return id;
}

}  // namespace caprec
