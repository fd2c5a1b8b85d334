// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/compare/diff_formats.h"

#include "analyzer/emit/compare/change_text.h"

namespace caprec {
namespace {

template <void (*write)(const FindingList&, std::ostream&)>
void write_changes(const DiffView& view, const TextStyle& style, std::ostream& out) {
    write(finding_list(view, style.verbose), out);
}

constexpr DiffFormat formats_of_diff[] = {
    {"text", "for a person", false, false, diff_text},
    {"json", "one document, the same as --json", true, false,
     [](const DiffView& view, const TextStyle&, std::ostream& out) { diff_json(view, out); }},
    {"markdown", "a comment on a pull request", false, false, write_changes<write_markdown>},
    {"github", "workflow commands of GitHub Actions: annotations", false, false, write_changes<write_github>},
    {"junit", "JUnit XML: a test for each change", true, false, write_changes<write_junit>},
    {"sarif", "SARIF 2.1.0: code review", false, false, write_changes<write_sarif>},
    {"folded", "all checks of both runs by stack, for flamegraph.pl", false, true, diff_folded},
};

}  // namespace

std::span<const DiffFormat> diff_formats() { return formats_of_diff; }

}  // namespace caprec
