// SPDX-License-Identifier: Apache-2.0
//
// JUnit XML as Jenkins and GitLab read it: testsuites, testsuite, testcase with failure.
#include <sstream>
#include <string>
#include <string_view>

#include "analyzer/emit/ci/findings.h"
#include "analyzer/emit/pieces/user_stack_text.h"

namespace caprec {
namespace {

// Escaped text has no control characters except the line ends that this program adds.
std::string xml(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        switch (letter) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            default: result += letter;
        }
    }
    return result;
}

void write_case(const ListedFinding& finding, std::ostream& out) {
    out << "    <testcase classname=\"" << xml(finding.program) << "\" name=\"" << xml(finding.capability) << "\">\n";
    std::string text = finding.detail.empty() ? "" : finding.detail + '\n';
    if (const std::string call = call_of(finding.reason); !call.empty())
        text += call + '\n';
    if (finding.reason != nullptr)
        append_user_stack(text, finding.reason->user_stack, "  ");
    const std::string message = xml(finding.message);
    if (finding.is_error)
        out << "      <failure type=\"" << finding.id << "\" message=\"" << message << "\">" << xml(text)
            << "</failure>\n";
    else
        out << "      <system-out>" << message << '\n' << xml(text) << "</system-out>\n";
    out << "    </testcase>\n";
}

}  // namespace

void write_junit(const FindingList& list, std::ostream& out) {
    std::ostringstream cases;
    std::size_t tests = 0, failures = 0;
    for (const ListedFinding& finding : list.findings) {
        ++tests;
        failures += finding.is_error ? 1 : 0;
        write_case(finding, cases);
    }
    if (tests == 0) {  // a suite without tests looks like one that did not run
        tests = 1;
        cases << "    <testcase classname=\"capanalyze " << list.command << "\" name=\"" << list.nothing << "\"/>\n";
    }
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"capabilities\" tests=\""
        << tests << "\" failures=\"" << failures << "\" errors=\"0\" skipped=\"0\">\n"
        << cases.str();
    std::string said;  // a suite has one system-err at most
    for (const Remark& remark : list.remarks)
        said += xml(remark.text) + '\n';
    if (!said.empty())
        out << "    <system-err>" << said << "</system-err>\n";
    out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace caprec
