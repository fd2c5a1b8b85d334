// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>

#include "analyzer/emit/change_text.h"
#include "analyzer/emit/diff_writers.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/user_stack_text.h"

namespace caprec {
namespace {

// Nothing in it is markup, nor ends a cell of a table.
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

std::string where_of(const Change& change) {
    std::string text = plain(call_of(change));
    if (const UserFrame* frame = change.reason ? calling_frame(change.reason->user_stack) : nullptr)
        text += "<br>from " + plain(user_frame_text(*frame));
    return text;
}

void write_table(const DiffView& view, const TextStyle& style, std::ostream& out) {
    out << "\n| | program | capability | before | now | where |\n|---|---|---|---|---|---|\n";
    for (const Change& change : view.diff.changes) {
        if (!style.verbose && is_minor(change.kind))
            continue;
        out << "| " << (change.regression ? "**regression**" : "") << " | " << plain(program_text(change)) << " | "
            << plain(capability_name(change.capability)) << " | " << state_text(change.before) << " | "
            << state_text(change.after) << " | " << where_of(change) << " |\n";
    }
}

}  // namespace

void diff_markdown(const DiffView& view, const TextStyle& style, std::ostream& out) {
    const auto shown = std::ranges::count_if(
        view.diff.changes, [&](const Change& change) { return style.verbose || !is_minor(change.kind); });
    const auto regressions = std::ranges::count_if(view.diff.changes, &Change::regression);
    out << "### Capabilities: ";
    if (regressions != 0)
        out << counted(static_cast<std::uint64_t>(regressions), "regression") << '\n';
    else
        out << (shown != 0 ? "no regression\n" : "no change\n");
    if (shown != 0)
        write_table(view, style, out);
    if (view.diff.kernel_changed)
        out << "\nThe kernel changed: " << plain(escape(view.before.run.header.kernel_release)) << " to "
            << plain(escape(view.after.run.header.kernel_release)) << ".\n";
    for (const ChangedFile& file : view.diff.files)
        out << (&file == &view.diff.files.front() ? "\n" : "") << "- changed: " << plain(file_text(file)) << '\n';
}

}  // namespace caprec
