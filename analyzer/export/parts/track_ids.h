// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/export/parts/trace_events.h"
#include "schema/trace_tables.h"

namespace caprec {

// A program that a process runs, from exec to exec.
struct ProgramSlice {
    bool open = false;
    std::uint64_t start = 0;        // ns since the recording began
    StringId image{}, arguments{};  // ids of strings
};

// A process as a timeline shows it.
struct ProcessTrack {
    std::uint32_t number = 0;  // the number that stands for its pid
    std::uint32_t pid = 0;     // in the recorder's PID namespace; 0: not known
    bool named = false;
    bool open = false;         // its start was recorded, and its end was not yet
    std::uint64_t start = 0;   // ns since the recording began
    std::uint64_t id = 0;      // Process::id
    std::uint32_t parent = 0;  // the parent's number; 0: none, or not known
    ProgramSlice program = {};

    TimelineThread first_thread() const { return {number, number}; }
    TimelineThread thread(std::uint32_t tid) const {
        return {number, tid == 0 ? number : std::uint64_t{number} - pid + tid};
    }
};

// Timelines tell processes apart by a number of 32 bits that they take for the pid, and a long run uses the same pid
// for several processes.  The first has the pid as its number; 10,000,000 are added for the second, and so on: pids
// are below 4,194,304, so that the pid stays readable.  Processes whose pid is not known are counted from
// 4,000,000,000; so are those beyond the 399th of a pid.
class TrackIds {
public:
    static constexpr std::uint32_t step = 10'000'000, nameless = 4'000'000'000, other = 4'294'000'000;
    static constexpr std::size_t max_processes = 1'000'000;  // all further ones are drawn as `other`

    // The track of a process, by Process::id; `pid` is used when it is seen for the first time.  The reference stays
    // valid.
    ProcessTrack& track(std::uint64_t process, std::uint32_t pid);

    template <class Action> void for_each(Action action) {  // in the order of their ids
        std::vector<std::uint64_t> ids;
        for (const auto& [id, track] : tracks_)
            ids.push_back(id);
        std::sort(ids.begin(), ids.end());
        for (const std::uint64_t id : ids)
            action(tracks_.at(id));
    }

private:
    std::uint32_t number_of(std::uint32_t pid);

    std::unordered_map<std::uint64_t, ProcessTrack, IdHash> tracks_;
    std::unordered_map<std::uint64_t, std::uint32_t, IdHash> uses_;  // how many processes had a pid
    ProcessTrack other_{.number = other};
    std::uint32_t nameless_count_ = 0;
};

}  // namespace caprec
