// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/analysis/run_facts.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/symbols/unwind/user_frame.h"

namespace caprec {

// Checks of one capability by threads of one name with one kernel stack and one user stack.
struct StackCount {
    unsigned capability = 0;
    std::string comm;                 // raw
    std::vector<std::string> frames;  // innermost first, "setattr_prepare+0x1a4"; empty: not known
    ResolvedStack user_stack;
    std::uint64_t granted = 0, denied = 0;
    std::uint64_t count() const { return granted + denied; }
};

// All stacks of a trace, sorted by capability, then the most frequent first.
struct StackCounts {
    RunFacts run;
    Completeness completeness;
    std::vector<StackCount> stacks;
    std::uint64_t left_out = 0;  // checks whose stack did not fit the limit on different stacks
};

void stacks_text(const StackCounts& counts, const TextStyle& style, std::ostream& out);
void stacks_json(const StackCounts& counts, std::ostream& out);

}  // namespace caprec
