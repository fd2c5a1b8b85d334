// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/compare/policy_result_formats.h"

#include "analyzer/emit/compare/policy_words.h"

namespace caprec {
namespace {

template <void (*write)(const FindingList&, std::ostream&)>
void write_findings(const PolicyResultView& view, const TextStyle&, std::ostream& out) {
    write(finding_list(view), out);
}

constexpr PolicyResultFormat formats_of_policy_result[] = {
    {"text", "for a person", false, policy_result_text},
    {"json", "one document, the same as --json", true,
     [](const PolicyResultView& view, const TextStyle&, std::ostream& out) { policy_result_json(view, out); }},
    {"markdown", "a comment on a pull request", false, write_findings<write_markdown>},
    {"github", "workflow commands of GitHub Actions: annotations of the policy", false, write_findings<write_github>},
    {"junit", "JUnit XML: a test for each finding", true, write_findings<write_junit>},
    {"sarif", "SARIF 2.1.0: code review of the policy", false, write_findings<write_sarif>},
};

}  // namespace

std::span<const PolicyResultFormat> policy_result_formats() { return formats_of_policy_result; }

}  // namespace caprec
