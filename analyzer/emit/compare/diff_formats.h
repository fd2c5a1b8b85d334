// SPDX-License-Identifier: Apache-2.0
//
// The formats that show what changed between two runs: `capanalyze diff --format NAME`.  Each has one row in
// diff_formats.cpp; those of findings.h are shared with check.
#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "analyzer/emit/compare/diff.h"

namespace caprec {

struct DiffFormat {
    std::string_view name, summary;  // "sarif", "code review: SARIF 2.1.0"
    bool whole_stacks;               // it shows whole stacks, not only the place in the program
    bool counts_stacks;              // it shows the stacks of all checks with their counts, and no words
    void (*write)(const DiffView& view, const TextStyle& style, std::ostream& out);
};

std::span<const DiffFormat> diff_formats();  // in the order of --help

}  // namespace caprec
