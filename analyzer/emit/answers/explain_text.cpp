// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/analysis/risk.h"
#include "analyzer/emit/answers/explain.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "schema/syscalls.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + escape(word);
    return text;
}

std::string refusal_text(const SiteRow& row) {
    std::string text;
    for (const int error : row.refusals)
        text += (text.empty() ? "" : " or ") + errno_name(error);
    if (row.refused_in_ack)
        text += text.empty() ? "an error in the netlink acknowledgement" : " in the netlink acknowledgement";
    if (row.refused_silently)
        text += text.empty() ? "nothing is done, and no errno says so" : ", or nothing at all";
    return text.empty() ? "no error" : text;
}

std::string kernels_text(const SiteRow& row) {
    const auto text = [](std::pair<unsigned, unsigned> version) {
        return std::to_string(version.first) + '.' + std::to_string(version.second);
    };
    const bool from = row.since != std::pair(0U, 0U), to = row.until != std::pair(~0U, ~0U);
    return (from ? " from Linux " + text(row.since) : "") + (to ? " up to Linux " + text(row.until) : "");
}

void write_field(const char* name, const std::string& text, std::ostream& out) {
    if (!text.empty())
        out << "    " << left_aligned(name, 11) << wrapped(text, 15, 15, screen_columns) << '\n';
}

void write_row(const SiteRow& row, const TextStyle& style, std::ostream& out) {
    CapabilitySet others = row.any_of;
    out << '\n'
        << "  " << painted(style, Tone::strong, wrapped(joined(row.sites), 2, 4, screen_columns))
        << (row.within.empty() ? "" : "  (below " + escape(row.within) + ")") << '\n';
    write_field("asks for",
                capability_list(row.capabilities) + kernels_text(row) +
                    (row.audit == SiteAudit::not_audited ? "; a denial is not audited" : ""),
                out);
    write_field("when", escape(row.asked_by), out);
    write_field("class", std::string(site_class_name(row.site_class)) + ": " + site_class_text(row.site_class), out);
    if (!others.empty())
        write_field("would do", any_of_text(others), out);
    write_field(
        "but",
        site_test_text(row.test) +
            (row.sysctl.first.empty() ? "" : ": " + escape(row.sysctl.first) + " = " + escape(row.sysctl.second)),
        out);
    write_field("refusal", refusal_text(row), out);
    write_field("what", escape(row.note), out);
}

}  // namespace

void explain_text(const Explanation& explanation, const TextStyle& style, std::ostream& out) {
    if (explanation.capability) {
        const unsigned number = *explanation.capability;
        out << painted(style, Tone::strong, capability_name(number)) << " (" << number << "), "
            << risk_name(risk_of(number)) << " risk: " << risk_text(number) << '\n'
            << "  "
            << (explanation.rows.empty() ? std::string("no place")
                                         : counted(explanation.rows.size(), "kind") + " of place")
            << " in the kernel known to ask for it, or to take it instead of another\n";
    } else {
        out << painted(style, Tone::strong, escape(explanation.function)) << '\n';
    }
    for (const SiteRow* row : explanation.rows)
        write_row(*row, style, out);
    out << "\n(knowledge: " << escape(explanation.knowledge.source) << ", " << escape(explanation.knowledge.version)
        << ")\n";
}

}  // namespace caprec
