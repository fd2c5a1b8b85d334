// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/diff_formats.h"

#include <algorithm>
#include <iterator>

#include "analyzer/emit/diff_writers.h"

namespace caprec {
namespace {

constexpr DiffFormat table[] = {
    {"text", "for a person", diff_text},
    {"json", "one document, the same as --json",
     [](const DiffView& view, const TextStyle&, std::ostream& out) { diff_json(view, out); }},
    {"markdown", "a comment on a pull request", diff_markdown},
    {"github", "workflow commands of GitHub Actions: annotations", diff_github},
    {"junit", "JUnit XML: a test for each change", diff_junit},
    {"sarif", "SARIF 2.1.0: code review", diff_sarif},
};

}  // namespace

std::span<const DiffFormat> diff_formats() { return table; }

const DiffFormat* find_diff_format(std::string_view name) {
    const auto* found =
        std::find_if(std::begin(table), std::end(table), [&](const DiffFormat& row) { return row.name == name; });
    return found != std::end(table) ? found : nullptr;
}

}  // namespace caprec
