// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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

void write_table(const std::vector<const Change*>& changes, std::ostream& out) {
    out << "\n| | program | capability | before | now | where |\n|---|---|---|---|---|---|\n";
    for (const Change* change : changes)
        out << "| " << (change->regression ? "**regression**" : "") << " | " << plain(program_text(*change)) << " | "
            << plain(capability_name(change->capability)) << " | " << standing_text(change->before) << " | "
            << standing_text(change->after) << " | " << where_of(*change) << " |\n";
}

}  // namespace

void diff_markdown(const DiffView& view, const TextStyle& style, std::ostream& out) {
    const std::vector<const Change*> changes = shown_changes(view, style.verbose);
    const auto regressions = static_cast<std::uint64_t>(std::ranges::count_if(changes, &Change::regression));
    out << "### Capabilities: "
        << (regressions != 0  ? counted(regressions, "regression")
            : changes.empty() ? "no change"
                              : "no regression")
        << '\n';
    const std::vector<Remark> known = remarks(view);
    for (const Remark& remark : known)
        out << (remark.incomplete ? "\n**Incomplete**: " + plain(remark.text) + '\n' : "");
    if (!changes.empty())
        write_table(changes, out);
    if (view.diff.kernel_changed)
        out << "\nThe kernel changed: " << plain(escape(view.before.run.header.kernel_release)) << " to "
            << plain(escape(view.after.run.header.kernel_release)) << ".\n";
    for (const ChangedFile& file : view.diff.files)
        out << (&file == &view.diff.files.front() ? "\n" : "") << "- changed: " << plain(file_text(file)) << '\n';
    for (const Remark& remark : known)
        out << (remark.incomplete ? "" : "\nNote: " + plain(remark.text) + '\n');
}

}  // namespace caprec
