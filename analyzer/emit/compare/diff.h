// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string_view>

#include "analyzer/analysis/analysis.h"
#include "analyzer/compare/diff.h"
#include "analyzer/emit/pieces/folded_stacks.h"
#include "analyzer/emit/pieces/text_style.h"

namespace caprec {

// Two runs, and what changed between them.
struct DiffView {
    const Analysis& before;
    const Analysis& after;
    const Diff& diff;
    std::string_view version = "0";  // version of capanalyze
    // Program, functions of the program and of the kernel, capability.  Null: not counted, see DiffFormat.
    const FoldedStacks* stacks_before = nullptr;
    const FoldedStacks* stacks_after = nullptr;
};

// Writes the regressions first.  Checks that were granted, not needed, and made in one run only are shown when verbose.
void diff_text(const DiffView& view, const TextStyle& style, std::ostream& out);
void diff_json(const DiffView& view, std::ostream& out);
// The stacks of the view.
void diff_folded(const DiffView& view, const TextStyle& style, std::ostream& out);

}  // namespace caprec
