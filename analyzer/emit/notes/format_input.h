// SPDX-License-Identifier: Apache-2.0
//
// The input of the formats of the minimal set.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/minimal_set.h"

namespace caprec {

enum class Split : std::uint8_t { run, image, phase };

// A set, and what it is for.  `name` is raw bytes of the traced system: the path of an executable with Split::image,
// one of phase_name() with Split::phase, empty for the whole run.
struct Part {
    std::string name;
    MinimalSet set;
    std::vector<CapabilitySet> left_out = {};  // with include_missing: the any_of of needs denied in look-ups only
};

// The set for what the filter selects.
Part part_of(const Analysis& analysis, std::string name, const NeedFilter& filter);

// All that a format prints.  Everything but the parts is about the whole run.
struct FormatInput {
    const Analysis& analysis;
    Split split = Split::run;
    std::vector<Part> parts;       // at least one; for Split::run exactly one
    bool include_missing = false;  // the sets include capabilities whose denial made something fail
    std::string trace;             // name of the file, for comments; escaped
    bool inside = false;           // the sets are for what ran inside a user namespace of the run's own
};

// Writes notes on the sets, for standard error: what is uncertain, what is there only because it was denied, what was
// left out; when verbose, what else would do.
void set_notes_text(const FormatInput& input, bool verbose, std::ostream& out);

}  // namespace caprec
