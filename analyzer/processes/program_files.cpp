// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/program_files.h"

#include <algorithm>
#include <utility>

#include "analyzer/analysis/image_name.h"
#include "analyzer/analysis/unread_files.h"
#include "analyzer/processes/own_namespace.h"

namespace caprec {
namespace {

constexpr std::size_t max_notes = 10, max_content_bytes = 64;

bool is_same_file(const ProgramFile& one, const ProgramFile& other) {
    return (one.device == other.device && one.inode == other.inode) ||
           (!one.content.empty() && one.content == other.content);
}

ProgramFile file_of(const ExecRow& row, std::string_view name, const TraceReader& reader) {
    ProgramFile file;
    file.image = name;
    file.device = row.device;
    file.inode = row.inode;
    file.content = reader.string(row.content).substr(0, max_content_bytes);
    file.is_build_id = (row.file_state & file_build_id) != 0;
    file.mode = static_cast<std::uint32_t>(row.mode);
    file.owner = static_cast<std::uint32_t>(row.owner);
    file.group = static_cast<std::uint32_t>(row.group);
    file.mount_namespace = row.mount_namespace;
    file.root = reader.string(row.outer_path).substr(0, Process::max_path_bytes);
    file.capabilities_known = (row.file_state & file_capabilities_known) != 0;
    file.effective = (row.file_state & file_effective) != 0;
    file.permitted = CapabilitySet(row.file_permitted);
    file.inheritable = CapabilitySet(row.file_inheritable);
    file.root_id = static_cast<std::uint32_t>(row.file_root_id);
    return file;
}

// Whether an exec gave privilege that no_new_privs would have withheld (security/commoncap.c cap_bprm_creds_from_file).
bool gives(const ExecRow& row, const TraceReader& reader) {
    const Credential* before = reader.credential(row.before);
    const Credential* after = reader.credential(row.after);
    return before != nullptr && after != nullptr && before->user_namespace == after->user_namespace &&
           (!(after->permitted - before->permitted).empty() || after->euid != before->euid ||
            after->egid != before->egid);
}

}  // namespace

std::uint32_t ProgramFiles::add(const ExecRow& row, ImageId image, std::string_view name, const TraceReader& reader) {
    if ((row.flags & exec_placed) == 0)
        return 0;
    if (may_hide_capabilities(row, reader) && unread_.size() < max_notes)
        unread_.emplace(name);
    const Key key{image.value(),          row.device,     row.inode,          row.ctime,           row.mount_namespace,
                  row.outer_path.value(), row.file_state, row.file_permitted, row.content.value(), row.mode};
    const auto [known, is_new] = numbers_.try_emplace(key, 0);
    if (is_new && files_.size() < max_files) {
        files_.push_back(file_of(row, name, reader));
        known->second = static_cast<std::uint32_t>(files_.size());
    } else if (is_new) {
        numbers_.erase(known);
        return 0;
    }
    ProgramFile& file = files_[known->second - 1];
    file.gained = file.gained || gives(row, reader);
    return known->second;
}

void ProgramFiles::add(const ProgramEntry& entry, const TraceReader& reader) {
    if (files_.size() >= max_files)
        return;
    const auto& [image, content, outer_path, device, inode, file_state, mode, owner, group, mount_namespace, permitted,
                 inheritable, root_id] = entry;
    files_.push_back({
        .image = std::string(reader.string(image).substr(0, Process::max_path_bytes + max_place_bytes)),
        .device = device,
        .inode = inode,
        .content = std::string(reader.string(content).substr(0, max_content_bytes)),
        .is_build_id = (file_state & file_build_id) != 0,
        .mode = mode,
        .owner = owner,
        .group = group,
        .mount_namespace = mount_namespace,
        .root = std::string(reader.string(outer_path).substr(0, Process::max_path_bytes)),
        .capabilities_known = (file_state & file_capabilities_known) != 0,
        .effective = (file_state & file_effective) != 0,
        .permitted = permitted,
        .inheritable = inheritable,
        .root_id = root_id,
        .gained = (file_state & file_gained) != 0,
    });
}

// For a user other than root the new credential tells what the file gave, and inside a user namespace of the run's own
// nothing of the host is given.
bool ProgramFiles::may_hide_capabilities(const ExecRow& row, const TraceReader& reader) {
    constexpr std::uint64_t counts_for_nothing = exec_file_powerless | exec_withheld;
    const Credential* after = reader.credential(row.after);
    return (row.file_state & file_capabilities_known) == 0 && (row.flags & counts_for_nothing) == 0 &&
           after != nullptr && (after->uid == 0 || after->euid == 0) && !in_own_namespace(row.after, reader);
}

std::vector<std::string> ProgramFiles::notes() const {
    std::map<std::string_view, std::vector<const ProgramFile*>> by_image;
    for (const ProgramFile& file : files_) {
        std::vector<const ProgramFile*>& different = by_image[file.image];
        if (std::ranges::none_of(different, [&](const ProgramFile* known) { return is_same_file(*known, file); }) &&
            different.size() < max_notes)
            different.push_back(&file);
    }
    std::vector<std::string> notes;
    for (const std::string& image : unread_)
        notes.push_back(unread_file_note(image));
    for (const auto& [image, different] : by_image) {
        if (different.size() < 2 || notes.size() >= unread_.size() + max_notes)
            continue;
        notes.push_back(image_label(image) + ": " + std::to_string(different.size()) +
                        (different.size() < max_notes ? "" : " or more") +
                        " different files ran by this path; what they needed is told together");
    }
    return notes;
}

}  // namespace caprec
