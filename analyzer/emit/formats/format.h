// SPDX-License-Identifier: Apache-2.0
//
// The minimal set in the words of those who enforce it: `capanalyze minimal --format NAME`.  One file and one row
// in format.cpp a format.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis.h"
#include "analyzer/minimal_set.h"

namespace caprec {

enum class Split : std::uint8_t { run, image, phase };

// What a set is for.  `name` is raw bytes of the traced system: the path of an executable with Split::image, one of
// phase_name() with Split::phase, empty for the whole run.
struct Part {
    std::string name;
    MinimalSet set;
    std::vector<CapabilitySet> left_out = {};  // with include_missing: any of each was denied, but in look-ups only
};

// The set for what the filter selects.
Part part_of(const Analysis& analysis, std::string name, const NeedFilter& filter);

// What is printed.  Everything but the parts is about the whole run.
struct FormatInput {
    const Analysis& analysis;
    Split split = Split::run;
    std::vector<Part> parts;       // at least one; for Split::run exactly one
    bool include_missing = false;  // capabilities that were denied, and failed something, are in the sets
    std::string trace;             // name of the file, for comments; escaped
    bool inside = false;           // the sets are of what ran inside a user namespace of the run's own
};

struct Format {
    std::string_view name, summary;  // "docker", "flags of docker run"
    void (*write)(const FormatInput& input, std::ostream& out);
    bool by_image = false;      // one set for each executable, whatever else was asked for
    bool of_container = false;  // for a container: of what ran in a user namespace of its own (container_view.h)
};

// Writes what to know of the sets besides their members, for standard error: what is uncertain, what is in a set only
// because it was denied, what was left out; when verbose, what else would do.
void set_notes_text(const FormatInput& input, bool verbose, std::ostream& out);

std::span<const Format> formats();                 // in the order of --help
const Format* find_format(std::string_view name);  // null: no such format

}  // namespace caprec
