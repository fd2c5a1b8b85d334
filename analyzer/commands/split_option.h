// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/cli/arguments.h"
#include "analyzer/emit/notes/format_input.h"
#include "schema/options/option_row.h"

namespace caprec {

constexpr OptionRow per_option = {
    "per", Takes::one, "WHAT",
    "one set for each image (program), phase (startup, after-drop), unit, container or user"};

inline Split split_of(const Arguments& arguments) {
    if (!arguments.has("per"))
        return Split::run;
    const std::string word = arguments.text("per");
    const SplitRow* row = find_split(word);
    if (row == nullptr) {
        std::string names;
        for (const SplitRow& each : splits())
            names += (names.empty() ? "" : ", ") + std::string(each.name);
        arguments.refuse("per", word, names);
    }
    return row->split;
}

inline bool is_by_keeper(Split split) { return split == Split::unit || split == Split::container; }

}  // namespace caprec
