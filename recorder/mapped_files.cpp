// SPDX-License-Identifier: Apache-2.0
#include "recorder/mapped_files.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "recorder/build_id.h"
#include "recorder/exec_texts.h"
#include "recorder/file_identity.h"

namespace caprec {
namespace {

// The build id of the file at the path.  Nothing: it is another file.
std::optional<std::string> build_id_at(const std::string& path, const MappingRecord& record) {
    const Descriptor file(path, O_PATH | O_NOFOLLOW);
    struct stat now {};
    if (file.get() < 0 || fstat(file.get(), &now) != 0 || !S_ISREG(now.st_mode) || now.st_ino != record.inode ||
        !is_on_device(file.get(), now, record.device))
        return std::nullopt;
    const Descriptor content("/proc/self/fd/" + std::to_string(file.get()), O_RDONLY | O_NONBLOCK);
    return content.get() >= 0 ? read_build_id(content.get()) : std::string();
}

}  // namespace

MappingRecord mapping_record(const ev_mapping& event, std::span<const std::byte> name) {
    const std::string_view text(reinterpret_cast<const char*>(name.data()),
                                std::min<std::size_t>(name.size(), event.name_bytes));
    MappingRecord record;
    record.time = event.header.time;
    record.process = event.process;
    record.start = event.start;
    record.length = event.length;
    record.file_offset = event.file_offset;
    record.device = event.device;
    record.inode = event.inode;
    if ((event.flags & EV_MAPPING_PATH_CUT) != 0)
        record.path = "//toolong";  // as perf has it
    else if ((event.flags & EV_MAPPING_FILE) != 0)
        record.path = path_from(text);
    else
        record.path = text.empty() ? "//anon" : std::string(text.substr(0, text.find('\0')));
    return record;
}

std::string MappedFiles::build_id(const MappingRecord& record, std::uint32_t tgid) {
    const std::tuple key(record.device, record.inode, record.path);
    if (const auto found = known_.find(key); found != known_.end())
        return found->second;
    // that path in our own mounts comes first, as it still works when the process is gone
    std::optional<std::string> id = build_id_at(record.path, record);
    if (!id && tgid != 0)
        id = build_id_at("/proc/" + std::to_string(tgid) + "/root" + record.path, record);
    if (!id)
        return {};
    if (known_.size() >= max_known)
        known_.clear();
    return known_.emplace(key, *id).first->second;
}

}  // namespace caprec
