// SPDX-License-Identifier: Apache-2.0
//
// Helpers that the tests of foreign policy files share.
#pragma once

#include <string>

#include "analyzer/policy/policy_formats.h"

namespace caprec {

inline constexpr CapabilitySet every = CapabilitySet::all();

inline std::string problems_of(const ParsedPolicy& parsed) {
    std::string text;
    for (const PolicyProblem& problem : parsed.problems)
        text += problem.place.file + ':' + std::to_string(problem.place.line) + ": " + problem.text + '\n';
    return text;
}

}  // namespace caprec
