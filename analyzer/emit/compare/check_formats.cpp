// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/compare/check_formats.h"

#include "analyzer/emit/compare/check_words.h"

namespace caprec {
namespace {

template <void (*write)(const FindingList&, std::ostream&)>
void write_findings(const CheckView& view, const TextStyle&, std::ostream& out) {
    write(finding_list(view), out);
}

constexpr CheckFormat formats_of_check[] = {
    {"text", "for a person", false, check_text},
    {"json", "one document, the same as --json", true,
     [](const CheckView& view, const TextStyle&, std::ostream& out) { check_json(view, out); }},
    {"markdown", "a comment on a pull request", false, write_findings<write_markdown>},
    {"github", "workflow commands of GitHub Actions: annotations of the policy", false, write_findings<write_github>},
    {"junit", "JUnit XML: a test for each finding", true, write_findings<write_junit>},
    {"sarif", "SARIF 2.1.0: code review of the policy", false, write_findings<write_sarif>},
};

}  // namespace

std::span<const CheckFormat> check_formats() { return formats_of_check; }

}  // namespace caprec
