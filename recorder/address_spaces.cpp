// SPDX-License-Identifier: Apache-2.0
#include "recorder/address_spaces.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace caprec {
namespace {

bool starts_before(std::uint64_t address, const Mapping& mapping) { return address < mapping.start; }

// Memory without a file has an offset made from its address, which must not reach the trace.
bool has_file(const MappingRecord& record) { return record.path.starts_with('/') && !record.path.starts_with("//"); }

}  // namespace

bool AddressSpace::add(const Mapping& mapping) {
    if (mapping.end <= mapping.start)
        return true;
    auto place = std::upper_bound(mappings_.begin(), mappings_.end(), mapping.start, starts_before);
    std::vector<Mapping> pieces;  // the rest of the mappings that it replaces, with itself in the middle
    auto first = place;
    if (first != mappings_.begin() && std::prev(first)->end > mapping.start)
        --first;
    auto last = first;
    for (; last != mappings_.end() && last->start < mapping.end; ++last)
        if (last->start < mapping.start)
            pieces.push_back({last->start, mapping.start, last->offset, last->module, last->time});
    pieces.push_back(mapping);
    if (last != first) {
        const Mapping& outer = *std::prev(last);
        if (outer.end > mapping.end)
            pieces.push_back(
                {mapping.end, outer.end, outer.offset + (mapping.end - outer.start), outer.module, outer.time});
    }
    if (mappings_.size() + pieces.size() > max_mappings)
        return false;
    place = mappings_.erase(first, last);
    mappings_.insert(place, pieces.begin(), pieces.end());
    newest_ = std::max(newest_, mapping.time);
    return true;
}

const Mapping* AddressSpace::find(std::uint64_t address, std::uint64_t time) const {
    if (mappings_.empty() || address < mappings_.front().start || address >= mappings_.back().end)
        return nullptr;
    const auto after = std::upper_bound(mappings_.begin(), mappings_.end(), address, starts_before);
    const Mapping& mapping = *std::prev(after);
    return address < mapping.end && mapping.time <= time ? &mapping : nullptr;
}

AddressSpace AddressSpace::as_of(std::uint64_t time) const {
    AddressSpace past;
    past.newest_ = std::min(newest_, time);
    for (const Mapping& mapping : mappings_)
        if (mapping.time <= time)
            past.mappings_.push_back(mapping);
    return past;
}

// A new process has the mappings of its creator, whether it shares the memory or has a copy.
void AddressSpaces::on(const ev_task& task) {
    if (task.process != task.header.thread)
        return;
    Entry entry;
    entry.tgid = task.recorder_tgid;
    if (const auto parent = spaces_.find(task.creator_process); parent != spaces_.end()) {
        entry.space = inherited(parent->second.space, task.header.time);
        entry.given = parent->second.given;
    }
    if (const auto named = process_of_.find(entry.tgid); named != process_of_.end())
        remove(spaces_.find(named->second));  // its exit was lost
    process_of_[entry.tgid] = task.process;
    spaces_.insert_or_assign(task.process, std::move(entry));
}

void AddressSpaces::on(const ev_exit& exit) {
    if (exit.last != 0)
        remove(spaces_.find(exit.process));
}

void AddressSpaces::on(const MappingRecord& record) {
    const auto named = process_of_.find(record.tgid);
    const std::uint64_t process = record.process != 0 || named == process_of_.end() ? record.process : named->second;
    const auto entry = spaces_.find(process);
    if (entry == spaces_.end() || record.kind == MappingRecord::Kind::lost)
        return;
    Shared& space = entry->second.space;
    if (record.kind == MappingRecord::Kind::new_program)
        return let_go(space);
    const Mapping mapping{record.start, record.start + record.length, has_file(record) ? record.file_offset : 0,
                          find_module_(record), record.time};
    if (mapping.module == nullptr || !add(space, mapping))
        ++lost_;
}

const AddressSpace* AddressSpaces::find(std::uint64_t process) const {
    const auto found = spaces_.find(process);
    return found != spaces_.end() ? found->second.space.get() : nullptr;
}

void AddressSpaces::give(std::uint64_t process, std::uint64_t time, const std::function<void(const Mapping&)>& handle) {
    const auto found = spaces_.find(process);
    if (found == spaces_.end() || found->second.space == nullptr)
        return;
    Entry& entry = found->second;
    if (entry.space->newest() <= entry.given || time <= entry.given)
        return;
    for (const Mapping& mapping : entry.space->mappings())
        if (mapping.time > entry.given && mapping.time <= time)
            handle(mapping);
    entry.given = time;
}

AddressSpaces::Shared AddressSpaces::hold(AddressSpace space) {
    held_ += space.mappings().size();
    return std::make_shared<AddressSpace>(std::move(space));
}

// Mappings that the creator has made since then are not the new process's: the creator may be another program by now.
AddressSpaces::Shared AddressSpaces::inherited(const Shared& space, std::uint64_t time) {
    if (space == nullptr || space->newest() <= time)
        return space;
    AddressSpace past = space->as_of(time);
    if (has_room(past.mappings().size()))
        return hold(std::move(past));
    lost_ += past.mappings().size();
    return nullptr;
}

bool AddressSpaces::add(Shared& space, const Mapping& mapping) {
    const bool alone = space == nullptr || space.use_count() == 1;
    if (!has_room(AddressSpace::most_added + (alone ? 0 : space->mappings().size())))
        return false;
    if (space == nullptr)
        space = hold({});
    else if (!alone)
        space = hold(*space);
    const std::size_t before = space->mappings().size();
    const bool added = space->add(mapping);
    held_ += space->mappings().size() - before;
    return added;
}

void AddressSpaces::let_go(Shared& space) {
    if (space.use_count() == 1)
        held_ -= space->mappings().size();
    space.reset();
}

void AddressSpaces::remove(Entries::iterator entry) {
    if (entry == spaces_.end())
        return;
    const auto named = process_of_.find(entry->second.tgid);
    if (named != process_of_.end() && named->second == entry->first)
        process_of_.erase(named);
    let_go(entry->second.space);
    spaces_.erase(entry);
}

}  // namespace caprec
