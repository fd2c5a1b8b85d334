// SPDX-License-Identifier: Apache-2.0
//
// A need that any of several capabilities meets has one name in all outputs: that of the member which the set has.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/analysis/need.h"
#include "analyzer/analysis/process.h"

namespace caprec {

// A granted check whose need another capability would have met, too.
struct Alternative {
    std::string_view image;  // path of the executable
    unsigned asked = 0;      // that the kernel asked for
    CapabilitySet any_of;
};

// Replaces, in what the processes used, what the kernel asked for by what the set has in its place.
void name_as_in_set(const MinimalSet& minimal, const std::vector<Alternative>& alternatives,
                    std::vector<Process>& processes);

}  // namespace caprec
