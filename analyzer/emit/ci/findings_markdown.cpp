// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "analyzer/emit/ci/findings.h"
#include "analyzer/emit/pieces/user_stack_text.h"

namespace caprec {
namespace {

// The text with nothing in it that is markup or ends a cell of a table.
std::string plain(std::string_view text) {
    constexpr std::string_view markup = "\\`*_{}[]<>()#+!|~&@";
    std::string result;
    for (const char letter : text) {
        if (markup.find(letter) != std::string_view::npos)
            result += '\\';
        result += letter == '\n' ? ' ' : letter;
    }
    return result;
}

std::string where_of(const Reason* reason) {
    std::string text = plain(call_of(reason));
    if (const UserFrame* frame = reason != nullptr ? calling_frame(reason->user_stack) : nullptr)
        text += "<br>from " + plain(user_frame_text(*frame));
    return text;
}

void write_table(const FindingList& list, std::ostream& out) {
    out << "\n| | program | capability |";
    for (const std::string_view column : list.columns)
        out << ' ' << column << " |";
    out << " where |\n|---|---|---|";
    for (std::size_t column = 0; column < list.columns.size(); ++column)
        out << "---|";
    out << "---|\n";
    for (const ListedFinding& finding : list.findings) {
        out << "| " << (finding.is_error ? "**" + std::string(list.error_word) + "**" : "") << " | "
            << plain(finding.program) << " | " << plain(finding.capability) << " | ";
        for (const std::string& column : finding.columns)
            out << plain(column) << " | ";
        out << where_of(finding.reason) << " |\n";
    }
}

}  // namespace

void write_markdown(const FindingList& list, std::ostream& out) {
    out << "### Capabilities: " << plain(list.answer) << '\n';
    for (const Remark& remark : list.remarks)
        out << (remark.incomplete ? "\n**Incomplete**: " + plain(remark.text) + '\n' : "");
    if (!list.findings.empty())
        write_table(list, out);
    for (const std::string& fact : list.facts)
        out << '\n' << plain(fact) << '\n';
    for (const std::string& item : list.items)
        out << (&item == &list.items.front() ? "\n" : "") << "- " << plain(item) << '\n';
    for (const Remark& remark : list.remarks)
        out << (remark.incomplete ? "" : "\nNote: " + plain(remark.text) + '\n');
}

}  // namespace caprec
