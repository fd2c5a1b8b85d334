// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/analysis/analysis.h"
#include "analyzer/cgroups/container_names.h"
#include "analyzer/cli/arguments.h"
#include "analyzer/emit/pieces/folded_stacks.h"
#include "analyzer/follow/check_filter.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/symbols/elf/file_finder.h"
#include "schema/trace_reader.h"

namespace caprec {

// The table that --knowledge names, or the built-in one.
Knowledge load_knowledge(const CommonOptions& options);

// The names in the files of --names; throws Error, which names the file.
ContainerNames load_names(const CommonOptions& options);

// The places to look for programs and libraries.
FileSearch search_of(const CommonOptions& options);

// All checks of a trace, counted by stack as export --format folded counts them, with the capability last.
struct CountedStacks {
    FoldedStacks stacks;
    std::uint64_t left_out = 0;  // checks with yet other stacks, beyond a limit
};

struct AnalysisWish {
    std::optional<std::size_t> reasons = {};  // how many a finding keeps; nothing: the usual number
    bool user_stacks = false;                 // files are looked for and read only when somebody wants to see them
    bool calling_frames_only = false, by_program = false, need_reasons = false;  // as ReadOptions has them
    bool by_keeper = false, by_user = false, keeper_findings = false;            // likewise
    const CheckFilter* filter = nullptr;                                         // likewise
    CountedStacks* counted = nullptr;                                            // gets the counts; null: nobody asks
};

// The analysis of the trace that the user named.
Analysis analyze_file(const CommonOptions& options, const AnalysisWish& wish = {});
// The same for another trace, with those options; for a folder, for all traces in it, merged.
Analysis analyze_file(const std::string& file, const CommonOptions& options, const AnalysisWish& wish);
// The same for several traces, merged.
Analysis analyze_files(const std::vector<std::string>& files, const CommonOptions& options, const AnalysisWish& wish);

// Writes how much a filtered answer is about, for standard error; nothing for one that is about everything.
void tell_of_filter(const RunFacts& run, std::ostream& err);

// Writes a line for standard error, unless the number is 0.
void tell_left_out(std::uint64_t checks, std::ostream& err);

// Writes the notes on lost user stacks and on files, for standard error, after a command that showed user stacks.
void tell_of_user_stacks(const TraceReader& reader, const std::optional<UserStacks>& stacks, std::ostream& err);

}  // namespace caprec
