// SPDX-License-Identifier: Apache-2.0
//
// Tables whose rows have a name and a summary, as the formats do: their lines in --help, and the row that was meant.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/cli/arguments.h"
#include "analyzer/words/nearest_name.h"
#include "schema/words/escape.h"

namespace caprec {

template <class Row> std::string row_lines(std::span<const Row> rows) {
    std::string lines;
    for (const Row& row : rows)
        lines += "  " + left_aligned(std::string(row.name), 13) + std::string(row.summary) + '\n';
    return lines;
}

template <class Row> std::string row_names(std::span<const Row> rows) {
    std::string names;
    for (const Row& row : rows)
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    return names;
}

template <class Row>
const Row* row_named(const Arguments& arguments, std::string_view option, const std::string& name,
                     std::span<const Row> rows) {
    const auto found = std::ranges::find(rows, name, &Row::name);
    if (found != rows.end())
        return &*found;
    std::vector<std::string_view> names;
    for (const Row& row : rows)
        names.push_back(row.name);
    const std::string_view near = nearest_name(name, names);
    arguments.refuse(option, name,
                     row_names(rows) + (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
}

// The format of --format or --json, or text when neither is given.
template <class Row> const Row* format_of(const Arguments& arguments, std::span<const Row> rows) {
    const bool given = arguments.has("format"), json = arguments.has("json");
    if (given && json && arguments.text("format") != "json")
        arguments.fail("--json is --format json; it excludes --format " + escape(arguments.text("format")));
    return row_named(arguments, "format", given ? arguments.text("format") : json ? "json" : "text", rows);
}

}  // namespace caprec
