// SPDX-License-Identifier: Apache-2.0
//
// A file for each unit or container: its contents, and where it belongs.
#pragma once

#include <string>
#include <vector>

#include "analyzer/emit/minimal/format.h"

namespace caprec {

struct PartFile {
    std::string title;     // escaped
    std::string path;      // below the folder of the user; empty: it is left out
    std::string contents;  // what belongs there
    std::string why_not;   // the reason for leaving it out
    CapabilitySet set;
};

// Whether there are files of this format for the parts of this split: drop-ins of systemd for units, what container
// engines read for containers.
bool has_part_files(Split split, const Format& format);

// One for each part of the input that has a name, in their order.  A unit's set has what its processes started in other
// units, too, as far as the trace has processes: these keep its bounding set.  The analysis must have been made with
// AnalysisWish::by_keeper and all reasons.  No path is absolute, has ".." in it, or is equal to another one.
std::vector<PartFile> part_files(const FormatInput& input, const Format& format);

}  // namespace caprec
