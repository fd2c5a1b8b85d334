// SPDX-License-Identifier: Apache-2.0
//
// What a trace says of its run, or runs, and what is wrong with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/merged_rows.h"
#include "schema/run_info.h"

namespace caprec {

// What is wrong with a trace, in the order of weight.  `complete` is true when nothing can be missing.
struct Completeness {
    bool complete = true;
    std::vector<std::string> problems;  // one line each, ours: "12 checks were lost: the ring buffer was full"
    bool cut = false, still_recording = false, damaged = false, limits_reached = false;
    Losses losses;
    std::uint64_t unknown_chunks = 0, unknown_columns = 0;
};

// One of several that a trace sums up.
struct SummedRun : RunOutline {  // its setting is in RunFacts::settings
    std::string host;
    bool complete = false;
};

// The header and the footer of a trace that sums up several runs say what all of them agree in; times are added.
struct RunFacts {
    RunHeader header;
    std::optional<RunFooter> footer;
    std::uint64_t first_time = 0, last_time = 0;  // ns, monotonic, of the events read
    std::uint64_t checks = 0, outcomes = 0;       // rows read
    std::uint64_t processes = 0, threads = 0, io_workers = 0;
    std::uint64_t withheld_objects = 0;
    bool kernel_symbols = true;      // false: frames have no names; see header.symbol_source
    std::vector<std::string> notes;  // what a reader of the results should know; may name a file
    std::vector<SummedRun> runs;     // by start; empty: the trace is a recording of one run
    std::vector<RunHeader> settings;

    std::size_t run_count() const { return runs.empty() ? 1 : runs.size(); }
};

// How long was recorded, in ns: to the footer, or to the last event without one.  Several runs count together.
std::uint64_t recorded_time(const RunFacts& run);

// "2 processes were still running when the recording ended..."; empty: none was, or it is not known.
std::string survivors_note(const RunFacts& run);

// The recorder started, but execve of the command failed: the trace tells nothing of what the command needs.
inline bool never_ran(const RunFacts& run) {
    return run.footer && run.footer->target.kind == TargetStatus::Kind::not_executed;
}

}  // namespace caprec
