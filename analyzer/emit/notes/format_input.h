// SPDX-License-Identifier: Apache-2.0
//
// The input of the formats of the minimal set.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/minimal_set.h"

namespace caprec {

// What there is a set for each of: --per.
enum class Split : std::uint8_t { run, image, phase, unit, container, user };

struct SplitRow {
    Split split;
    std::string_view name;     // the word of --per, and the field of the JSON outputs
    std::string_view what;     // for the comments: "by unit of systemd"
    std::string_view unknown;  // the title of a part without a name
};
std::span<const SplitRow> splits();                 // all but Split::run
const SplitRow* find_split(std::string_view name);  // null: there is none
const SplitRow& row_of(Split split);                // of any but Split::run

// A set, and what it is for.  `name` is raw bytes of the traced system: the path of an executable with Split::image,
// one of phase_name() with Split::phase, the unit, the container's id, the uid; empty for the whole run, or when it is
// not known, or in none.
struct Part {
    std::string name;
    MinimalSet set;
    std::vector<CapabilitySet> left_out = {};  // with include_missing: the any_of of needs denied in look-ups only
    Keeper keeper = {};                        // with Split::unit and Split::container: one with that name
};

// A part for each thing of the split.  `missing`: see NeedFilter.
std::vector<Part> parts_of(const Analysis& analysis, Split split, bool missing);

// For a report, which has them beside the set for all: none with Split::run.
struct ReportParts {
    Split split = Split::run;
    std::vector<Part> parts = {};
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
    bool drop_in = false;          // for a unit that exists, which was recorded as it ran
    bool inside = false;           // the sets are for what ran inside a user namespace of the run's own
};

// Writes notes on the sets, for standard error: what is uncertain, what is there only because it was denied, what was
// left out; when verbose, what else would do.
void set_notes_text(const FormatInput& input, bool verbose, std::ostream& out);

}  // namespace caprec
