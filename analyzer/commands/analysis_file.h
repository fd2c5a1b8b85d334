// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "analyzer/analysis.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/options.h"
#include "analyzer/user_stacks.h"

namespace caprec {

// What --knowledge names; what is built in when it names nothing.
Knowledge load_knowledge(const CommonOptions& options);

struct AnalysisWish {
    std::optional<std::size_t> reasons = {};  // how many a finding keeps; nothing: the usual number
    bool user_stacks = false;                 // files are looked for and read only when somebody wants to see them
    bool callers_only = false, by_program = false, need_reasons = false;  // as ReadOptions has them
};

// The analysis of the trace that the user named.
Analysis analyze_file(const CommonOptions& options, const AnalysisWish& wish = {});
// The same of another one, with those options.
Analysis analyze_file(const std::string& file, const CommonOptions& options, const AnalysisWish& wish);

// After a command that showed user stacks: what to know of the files, for standard error.
void tell_of_files(const std::optional<UserStacks>& stacks, std::ostream& err);

}  // namespace caprec
