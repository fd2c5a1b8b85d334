// SPDX-License-Identifier: Apache-2.0
//
// What changed between two runs, for those who show it: `capanalyze diff --format NAME`.  One row in
// diff_formats.cpp a format; those of findings.h are shared with check.
#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "analyzer/emit/compare/diff.h"

namespace caprec {

struct DiffFormat {
    std::string_view name, summary;  // "sarif", "code review: SARIF 2.1.0"
    bool whole_stacks;               // not only where in the program
    bool counts_stacks;              // shows the stacks of all checks with their counts, and says nothing in words
    void (*write)(const DiffView& view, const TextStyle& style, std::ostream& out);
};

std::span<const DiffFormat> diff_formats();  // in the order of --help

}  // namespace caprec
