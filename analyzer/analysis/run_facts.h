// SPDX-License-Identifier: Apache-2.0
//
// The facts that a trace has about its run, or runs, and its defects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/merged_rows.h"
#include "schema/run_info.h"

namespace caprec {

// The defects of a trace, the gravest first.  `complete` is true when nothing can be missing.
struct Completeness {
    bool complete = true;
    std::vector<std::string> problems;  // one line each, ours: "12 checks were lost: the ring buffer was full"
    bool cut = false, still_recording = false, damaged = false, limits_reached = false;
    Losses losses;
    std::uint64_t unknown_chunks = 0, unknown_columns = 0;
};

// What a filtered answer is about.
struct Filtered {
    std::vector<std::string> words;                  // the filters as the user gave them: "--unit ssh.service"
    std::uint64_t checks = 0, all_checks = 0;        // of several runs, as many as in one at most
    std::uint64_t processes = 0, all_processes = 0;  // of several runs: 0
};

// One of the runs that a merged trace sums up.
struct SummedRun : RunOutline {  // its setting is in RunFacts::settings
    std::string host;
    bool complete = false;
};

// In a merged trace, the header and the footer say what all runs agree on; times are added up.
struct RunFacts {
    RunHeader header;
    std::optional<RunFooter> footer;
    std::uint64_t first_time = 0, last_time = 0;  // times of the first and the last event read: ns, monotonic
    std::uint64_t checks = 0, outcomes = 0;       // rows read
    std::uint64_t processes = 0, threads = 0, io_workers = 0;
    std::uint64_t withheld_objects = 0;
    bool kernel_symbols = true;      // false: frames have no names; see header.symbol_source
    std::vector<std::string> notes;  // remarks that a reader of the results should know; may name a file
    std::vector<SummedRun> runs;     // sorted by start; empty: the trace is a recording of one run
    std::vector<RunHeader> settings;
    std::optional<Filtered> filter = {};  // nothing: the answer is about everything

    std::size_t run_count() const { return runs.empty() ? 1 : runs.size(); }
};

// How long was recorded, in ns: up to the footer or, without one, to the last event.  Several runs are added up.
std::uint64_t recorded_time(const RunFacts& run);

// "2 processes were still running when the recording ended..."; empty: none was, or it is not known,
// or the recording was of what ran already, which goes on.
std::string survivors_note(const RunFacts& run);

// The recorder started, but execve of the command failed: the trace tells nothing of what the command needs.
inline bool never_ran(const RunFacts& run) {
    return run.footer && run.footer->target.kind == TargetStatus::Kind::not_executed;
}

}  // namespace caprec
