// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "bpf/event.h"
#include "recorder/mapping_events.h"
#include "recorder/user_modules.h"

namespace caprec {

constexpr std::uint64_t any_time = ~std::uint64_t{0};

struct Mapping {
    std::uint64_t start = 0, end = 0;  // addresses
    std::uint64_t offset = 0;          // in the module's file
    std::shared_ptr<UserModule> module;
    std::uint64_t time = 0;  // time of its record
};

// The executable mappings of one process.  The kernel does not tell of unmapping, so a mapping lasts until another one
// takes its place.
class AddressSpace {
public:
    static constexpr std::size_t max_mappings = 65536, most_added = 2;  // one add() may split a mapping

    bool add(const Mapping& mapping);  // false: there are too many

    // The mapping that was there by that time; null: none.
    const Mapping* find(std::uint64_t address, std::uint64_t time = any_time) const;

    AddressSpace as_of(std::uint64_t time) const;  // without later mappings
    const std::vector<Mapping>& mappings() const { return mappings_; }
    std::uint64_t newest() const { return newest_; }  // time of the newest mapping

private:
    std::vector<Mapping> mappings_;  // sorted by start; none overlaps another
    std::uint64_t newest_ = 0;
};

// The address spaces of the followed processes, brought forward record by record in the order of time.  They are
// bounded: mappings that find no room are counted.
class AddressSpaces {
public:
    static constexpr std::size_t max_mappings = 1u << 20;  // all processes together

    using FindModule = std::function<std::shared_ptr<UserModule>(const MappingRecord&)>;  // null: there is no room
    explicit AddressSpaces(FindModule find_module, std::size_t limit = max_mappings)
        : find_module_(std::move(find_module)), limit_(limit) {}

    void on(const ev_task& task);
    void on(const ev_exit& exit);
    void on(const MappingRecord& record);

    const AddressSpace* find(std::uint64_t process) const;  // null: not known, or nothing is mapped
    // Gives the mappings of the process that were made by `time`, each once, including those that it began with, unless
    // its creator's were given before.
    void give(std::uint64_t process, std::uint64_t time, const std::function<void(const Mapping&)>& handle);

    std::uint64_t lost() const { return lost_; }  // mappings for which there was no room
    std::size_t held() const { return held_; }

private:
    // Processes share a space from the creation of one by the other until it changes for one of them.
    using Shared = std::shared_ptr<AddressSpace>;
    struct Entry {
        std::uint32_t tgid = 0;
        Shared space;             // null: nothing is mapped
        std::uint64_t given = 0;  // mappings up to this time were given
    };
    using Entries = std::unordered_map<std::uint64_t, Entry>;

    bool has_room(std::size_t mappings) const { return mappings <= limit_ && held_ <= limit_ - mappings; }
    Shared hold(AddressSpace space);
    Shared inherited(const Shared& space, std::uint64_t time);
    bool add(Shared& space, const Mapping& mapping);
    void let_go(Shared& space);
    void remove(Entries::iterator entry);

    FindModule find_module_;
    std::size_t limit_, held_ = 0;
    Entries spaces_;                                               // by process id
    std::unordered_map<std::uint32_t, std::uint64_t> process_of_;  // by tgid in the recorder's PID namespace
    std::uint64_t lost_ = 0;
};

}  // namespace caprec
