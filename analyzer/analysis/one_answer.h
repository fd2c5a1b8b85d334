// SPDX-License-Identifier: Apache-2.0
//
// A need that any of several capabilities meets has one name in all outputs: that of the capability in the set.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/analysis/need.h"
#include "analyzer/analysis/process.h"

namespace caprec {

// A granted check whose need another capability would have met, too.
struct Alternative {
    std::string_view image;  // path of the executable
    unsigned asked = 0;      // the capability that the kernel asked for
    CapabilitySet any_of;
};

// In what the processes used, replaces each capability that the kernel asked for by the one in the set that stands for
// it.
void name_as_in_set(const MinimalSet& minimal, const std::vector<Alternative>& alternatives,
                    std::vector<Process>& processes);

}  // namespace caprec
