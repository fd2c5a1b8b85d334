// SPDX-License-Identifier: Apache-2.0
#include "recorder/address_spaces.h"

#include <algorithm>

namespace caprec {
namespace {

bool starts_before(std::uint64_t address, const Mapping& mapping) { return address < mapping.start; }

// Memory without a file has an offset that is made of its address, which is not to reach the trace.
bool has_file(const MappingRecord& record) { return record.path.starts_with('/') && !record.path.starts_with("//"); }

}  // namespace

bool AddressSpace::add(const Mapping& mapping) {
    if (mapping.end <= mapping.start)
        return true;
    auto place = std::upper_bound(mappings_.begin(), mappings_.end(), mapping.start, starts_before);
    std::vector<Mapping> pieces;  // what is left of those that it takes the place of, with itself in the middle
    auto first = place;
    if (first != mappings_.begin() && std::prev(first)->end > mapping.start)
        --first;
    auto last = first;
    for (; last != mappings_.end() && last->start < mapping.end; ++last) {
        if (last->start < mapping.start)
            pieces.push_back({last->start, mapping.start, last->offset, last->module});
    }
    pieces.push_back(mapping);
    if (last != first) {
        const Mapping& outer = *std::prev(last);
        if (outer.end > mapping.end)
            pieces.push_back({mapping.end, outer.end, outer.offset + (mapping.end - outer.start), outer.module});
    }
    if (mappings_.size() + pieces.size() > max_mappings)
        return false;
    place = mappings_.erase(first, last);
    mappings_.insert(place, pieces.begin(), pieces.end());
    return true;
}

std::optional<UserPointer> AddressSpace::find(std::uint64_t address) const {
    if (mappings_.empty() || address < mappings_.front().start || address >= mappings_.back().end)
        return std::nullopt;
    const auto after = std::upper_bound(mappings_.begin(), mappings_.end(), address, starts_before);
    const Mapping& mapping = *std::prev(after);
    if (address >= mapping.end)
        return std::nullopt;
    return UserPointer{mapping.module, address - mapping.start + mapping.offset};
}

// A new process has the mappings of its creator, whether it shares the memory or has a copy.
void AddressSpaces::on(const ev_task& task) {
    if (task.process != task.header.thread)
        return;
    Entry entry;
    entry.tgid = task.recorder_tgid;
    if (const auto parent = spaces_.find(task.creator_process); parent != spaces_.end())
        entry.space = parent->second.space;
    process_of_[entry.tgid] = task.process;
    spaces_.insert_or_assign(task.process, std::move(entry));
}

void AddressSpaces::on(const ev_exit& exit) {
    if (exit.last == 0)
        return;
    const auto found = spaces_.find(exit.process);
    if (found == spaces_.end())
        return;
    const auto named = process_of_.find(found->second.tgid);
    if (named != process_of_.end() && named->second == exit.process)
        process_of_.erase(named);
    spaces_.erase(found);
}

std::optional<AddressSpaces::Added> AddressSpaces::on(const MappingRecord& record) {
    const auto process = process_of_.find(record.tgid);
    if (process == process_of_.end() || record.kind == MappingRecord::Kind::lost)
        return std::nullopt;
    AddressSpace& space = spaces_.find(process->second)->second.space;
    if (record.kind == MappingRecord::Kind::new_program) {
        space.clear();
        return std::nullopt;
    }
    const Mapping mapping{record.start, record.start + record.length, has_file(record) ? record.file_offset : 0,
                          define_(record)};
    if (!space.add(mapping))
        ++lost_;
    return Added{process->second, mapping};
}

const AddressSpace* AddressSpaces::find(std::uint64_t process) const {
    const auto found = spaces_.find(process);
    return found != spaces_.end() ? &found->second.space : nullptr;
}

}  // namespace caprec
