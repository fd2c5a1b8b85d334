// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/diff_formats.h"

#include "analyzer/emit/diff_writers.h"

namespace caprec {
namespace {

constexpr DiffFormat table[] = {
    {"text", "for a person", false, diff_text},
    {"json", "one document, the same as --json", true,
     [](const DiffView& view, const TextStyle&, std::ostream& out) { diff_json(view, out); }},
    {"markdown", "a comment on a pull request", false, diff_markdown},
    {"github", "workflow commands of GitHub Actions: annotations", false, diff_github},
    {"junit", "JUnit XML: a test for each change", true, diff_junit},
    {"sarif", "SARIF 2.1.0: code review", false, diff_sarif},
};

}  // namespace

std::span<const DiffFormat> diff_formats() { return table; }

}  // namespace caprec
