// SPDX-License-Identifier: Apache-2.0
//
// How a run fits a policy, for those who show it: `capanalyze check --format NAME`.  One row in check_formats.cpp a
// format; those of findings.h are shared with diff.
#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "analyzer/emit/compare/check.h"

namespace caprec {

struct CheckFormat {
    std::string_view name, summary;  // "sarif", "SARIF 2.1.0: code review"
    bool whole_stacks;               // not only where in the program
    void (*write)(const CheckView& view, const TextStyle& style, std::ostream& out);
};

std::span<const CheckFormat> check_formats();  // in the order of --help

}  // namespace caprec
