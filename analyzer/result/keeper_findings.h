// SPDX-License-Identifier: Apache-2.0
//
// What each unit and container holds, and what it needs of that.
#pragma once

#include <vector>

#include "analyzer/analysis/analysis.h"

namespace caprec {

// The facts that findings are made of; needs are apart by keeper.
struct KeeperSources {
    const std::vector<Keeper>& keepers;  // all that something ran in
    const std::vector<Process>& processes;
    const std::vector<Need>& needs;   // outside of such namespaces
    const std::vector<Need>& inside;  // in them
};

// One for each keeper, the worst first: the most capabilities of high risk in excess, then of medium, then of low risk,
// then the same of what could be gained; those inside namespaces of their own come after all others.
std::vector<KeeperFinding> keeper_findings(const KeeperSources& from);

}  // namespace caprec
