// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "bpf/event.h"
#include "recorder/mapping_events.h"
#include "schema/trace_tables.h"

namespace caprec {

struct Mapping {
    std::uint64_t start = 0, end = 0;  // addresses
    std::uint64_t offset = 0;          // in the module's file
    Id module = 0;
};

// The executable mappings of one process.  The kernel tells of no unmapping: a mapping lasts until another one takes
// its place.
class AddressSpace {
public:
    static constexpr std::size_t max_mappings = 65536;

    bool add(const Mapping& mapping);  // false: there are too many
    void clear() { mappings_.clear(); }

    std::optional<UserPointer> find(std::uint64_t address) const;

private:
    std::vector<Mapping> mappings_;  // by start; none overlaps another
};

// The address spaces of the followed processes, brought forward record by record in the order of time.
class AddressSpaces {
public:
    using DefineModule = std::function<Id(const MappingRecord&)>;
    explicit AddressSpaces(DefineModule define) : define_(std::move(define)) {}

    void on(const ev_task& task);
    void on(const ev_exit& exit);

    struct Added {
        std::uint64_t process = 0;
        Mapping mapping;
    };
    // What it added, when the record is a mapping of a followed process.
    std::optional<Added> on(const MappingRecord& record);

    const AddressSpace* find(std::uint64_t process) const;
    std::uint64_t lost() const { return lost_; }  // mappings for which there was no room

private:
    struct Entry {
        std::uint32_t tgid = 0;
        AddressSpace space;
    };
    DefineModule define_;
    std::unordered_map<std::uint64_t, Entry> spaces_;              // by process id
    std::unordered_map<std::uint32_t, std::uint64_t> process_of_;  // by tgid in the recorder's PID namespace
    std::uint64_t lost_ = 0;
};

}  // namespace caprec
