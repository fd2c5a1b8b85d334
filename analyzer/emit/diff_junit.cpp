// SPDX-License-Identifier: Apache-2.0
//
// JUnit XML as Jenkins and GitLab read it: testsuites, testsuite, testcase with failure.
#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include "analyzer/emit/change_text.h"
#include "analyzer/emit/diff_writers.h"
#include "analyzer/emit/user_stack_text.h"

namespace caprec {
namespace {

// Escaped text has no control characters but the line ends that are ours.
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

void write_case(const Change& change, std::ostream& out) {
    out << "    <testcase classname=\"" << xml(program_text(change)) << "\" name=\""
        << xml(capability_name(change.capability)) << "\">\n";
    std::string text = standings_text(change) + '\n';
    if (const std::string call = call_of(change); !call.empty())
        text += call + '\n';
    if (change.reason)
        append_user_stack(text, change.reason->user_stack, "  ");
    const std::string message = xml(program_text(change) + ' ' + headline(change));
    if (change.regression)
        out << "      <failure type=\"" << change_kind_name(change.kind) << "\" message=\"" << message << "\">"
            << xml(text) << "</failure>\n";
    else
        out << "      <system-out>" << message << '\n' << xml(text) << "</system-out>\n";
    out << "    </testcase>\n";
}

}  // namespace

void diff_junit(const DiffView& view, const TextStyle& style, std::ostream& out) {
    std::ostringstream cases;
    std::size_t tests = 0, failures = 0;
    for (const Change* change : shown_changes(view, style.verbose)) {
        ++tests;
        failures += change->regression ? 1 : 0;
        write_case(*change, cases);
    }
    if (tests == 0) {  // a suite without tests looks like one that did not run
        tests = 1;
        cases << "    <testcase classname=\"capanalyze diff\" name=\"no change\"/>\n";
    }
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"capabilities\" tests=\""
        << tests << "\" failures=\"" << failures << "\" errors=\"0\" skipped=\"0\">\n"
        << cases.str();
    std::string said;  // a suite has one system-err at most
    for (const Remark& remark : remarks(view))
        said += xml(remark.text) + '\n';
    if (!said.empty())
        out << "    <system-err>" << said << "</system-err>\n";
    out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace caprec
