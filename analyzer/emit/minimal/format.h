// SPDX-License-Identifier: Apache-2.0
//
// The minimal set in the words of those who enforce it: `capanalyze minimal --format NAME`.  Each format is one file
// and one row in writers.h.
#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "analyzer/emit/notes/format_input.h"

namespace caprec {

struct Format {
    std::string_view name, summary;  // "docker", "flags of docker run"
    void (*write)(const FormatInput& input, std::ostream& out);
    bool by_image = false;      // one set for each executable, whatever else was asked for
    bool of_container = false;  // for a container: for what ran in a user namespace of its own (container_view.h)
};

std::span<const Format> formats();                 // in the order of --help
const Format* find_format(std::string_view name);  // null: no such format

}  // namespace caprec
