// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string_view>

#include "analyzer/analysis/analysis.h"
#include "analyzer/compare/policy_check.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/policy/policy.h"

namespace caprec {

// A run, a policy, and how they fit.
struct PolicyResultView {
    const Analysis& analysis;
    const Policy& policy;
    const PolicyResult& result;
    std::string_view version = "0";  // version of capanalyze
};

// Writes the answer first, then violations, notes, and capabilities that are allowed and were not used.
void policy_result_text(const PolicyResultView& view, const TextStyle& style, std::ostream& out);
void policy_result_json(const PolicyResultView& view, std::ostream& out);

}  // namespace caprec
