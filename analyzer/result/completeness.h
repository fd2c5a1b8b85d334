// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/analysis/run_facts.h"
#include "schema/trace_reader.h"

namespace caprec {

class UserStacks;

// How the reading of a trace ended, and what else bears on whether anything is missing.
struct ReadEnd {
    ReadStatus status = ReadStatus::end;  // end, cut or damaged
    std::string damage;                   // the cause, for ReadStatus::damaged
    bool still_recording = false;         // for ReadStatus::cut
    bool limits_reached = false;          // a limit of the analysis
    std::uint64_t impossible_checks = 0;  // rows that could not be believed
    std::uint64_t checks_read = 0;
};

Completeness assess_completeness(const TraceReader& reader, const ReadEnd& end);

// Remarks that a reader of the results should know although nothing is missing, a line each.
std::vector<std::string> notes_on_run(const TraceReader& reader, const RunFacts& run);

// Notes on lost user stacks and mappings: the answers are whole, but some checks lack their place in the program.
std::vector<std::string> notes_on_places(const Losses& losses);

// Notes on the files that user stacks need.  Only a few are named: on a machine other than the recorded one there may
// be hundreds that are not found.
std::vector<std::string> notes_on_files(const UserStacks& stacks);

// The notes among those on what a limit of this program left out.
std::vector<std::string> notes_on_limits(const UserStacks& stacks);

}  // namespace caprec
