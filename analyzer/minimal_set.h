// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/analysis.h"

namespace caprec {

// What the set must satisfy: at least one of `any_of`.
//
// Needs come from grants that decided or that nobody could classify; denials never make one: they are listed as
// missing instead.
struct Need {
    CapabilitySet any_of;
    bool classified = true;  // false: it is there only because nobody knows better
};

// The smallest set that satisfies every need, with a clause for each.  A clause whose members include a
// capability that is in the set anyway is met by it; otherwise the lowest number is chosen.
MinimalSet minimal_set(const std::vector<Need>& needs);

}  // namespace caprec
