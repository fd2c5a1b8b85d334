// SPDX-License-Identifier: Apache-2.0
//
// The formats that show how a run fits a policy: `capanalyze check --format NAME`.  Each has one row in
// policy_result_formats.cpp; those of findings.h are shared with diff.
#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "analyzer/emit/compare/policy_result.h"

namespace caprec {

struct PolicyResultFormat {
    std::string_view name, summary;  // "sarif", "SARIF 2.1.0: code review"
    bool whole_stacks;               // it shows whole stacks, not only the place in the program
    void (*write)(const PolicyResultView& view, const TextStyle& style, std::ostream& out);
};

std::span<const PolicyResultFormat> policy_result_formats();  // in the order of --help

}  // namespace caprec
