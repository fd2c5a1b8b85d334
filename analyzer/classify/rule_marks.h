// SPDX-License-Identifier: Apache-2.0
//
// Names that the tables of rules share.
#pragma once

#include "analyzer/classify/conditions.h"
#include "analyzer/classify/rule.h"

namespace caprec::rule_tables {

using namespace conditions;

inline bool test_says(const CheckFacts& f, SiteTest test, bool answer) {
    return f.test(test) && allowed_otherwise(f) == std::optional(answer);
}

inline constexpr RuleMarks with_missing{.with_missing = true};
inline constexpr RuleMarks denial{.denied = true};
inline constexpr RuleMarks tolerated{.denied = true, .tolerated = true};
inline constexpr RuleMarks inconclusive{.denied = true, .tolerated = true, .inconclusive = true};
inline constexpr RuleMarks given_up{.denied = true, .given_up = true};
inline constexpr RuleMarks refused{.refused = true};
inline constexpr RuleMarks by_recorder{.by_recorder = true};
inline constexpr RuleMarks inside{.inside = true};
inline constexpr RuleMarks denied_inside{.denied = true, .tolerated = true, .inside = true};

constexpr RuleMarks at_site(RuleMarks marks = {}) {
    marks.about_site = true;
    return marks;
}

constexpr RuleMarks at_end(RuleMarks marks = {}) {
    marks.at_end = true;
    return marks;
}

}  // namespace caprec::rule_tables
