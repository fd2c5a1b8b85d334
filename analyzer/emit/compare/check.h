// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string_view>

#include "analyzer/analysis/analysis.h"
#include "analyzer/compare/check.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/policy/policy.h"

namespace caprec {

// A run, a policy, and how they fit.
struct CheckView {
    const Analysis& analysis;
    const Policy& policy;
    const CheckResult& result;
    std::string_view version = "0";  // of capanalyze
};

// Writes the answer first, then violations, notes, and what is allowed and was not used.
void check_text(const CheckView& view, const TextStyle& style, std::ostream& out);
void check_json(const CheckView& view, std::ostream& out);

}  // namespace caprec
