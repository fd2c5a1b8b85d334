// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/compare/change_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "analyzer/analysis/image_name.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/symbols/elf/file_finder.h"
#include "schema/enum_table.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

// The words for a change in a program, in the order of ChangeKind; "{" stands for the capability.
constexpr EnumTable<ChangeKind, std::string_view> change_texts({
    "newly fails without {",
    "newly needs {",
    "needs { in another way",
    "is newly denied {, and does without",
    "no longer needs {",
    "no longer fails without {",
    "is no longer denied {",
    "newly asks for {, and does not need it",
    "no longer asks for {, which it did not need",
});

std::string text_of(ChangeKind kind, std::string_view capability) {
    std::string text(change_texts[kind]);
    return text.replace(text.find('{'), 1, capability);
}

const char* need_text(NeedState state) {
    switch (state) {
        case NeedState::not_asked: return "never asked";
        case NeedState::not_needed: return "asked, not needed";
        case NeedState::alternative: return "one of several needed";
        case NeedState::required: return "required";
        case NeedState::unclassified: return "not known whether needed";
    }
    return "";
}

// A change that only some runs show may come and go with the runs.
std::string seen_text(const Change& change, bool old) {
    if (change.of_runs <= 1 || change.reason_is_old != old)
        return {};
    return ' ' + runs_text(change.runs, change.of_runs);
}

}  // namespace

std::string program_text(const Change& change) {
    const std::string& image = change.image.empty() ? change.image_before : change.image;
    return image.empty() ? "(program not known)" : escape(image_label(image));
}

std::string headline(const Change& change) {
    const std::string capability = capability_name(change.capability);
    const bool unsure = change.kind == ChangeKind::newly_needed && change.after.need == NeedState::unclassified;
    return unsure ? "may newly need " + capability : text_of(change.kind, capability);
}

std::string description(ChangeKind kind) { return "A program " + text_of(kind, "a capability") + "."; }

std::string standing_text(const Standing& standing) {
    const bool fails = standing.denial == DenialState::missing;
    if (standing.denial == DenialState::none)
        return need_text(standing.need);
    if (standing.need <= NeedState::not_needed)
        return fails ? "denied, and something failed" : "denied, did without";
    return std::string(need_text(standing.need)) +
           (fails ? ", and denied where something failed" : ", and denied where it did without");
}

std::string standings_text(const Change& change) {
    std::string text = "before: " + standing_text(change.before) + seen_text(change, true);
    if (change.image_before.empty() && !change.image.empty())
        text += " (this program did not run)";
    else if (!change.image.empty() && change.image_before != change.image)
        text += " (as " + escape(image_label(change.image_before)) + ')';
    text += "; now: " + standing_text(change.after) + seen_text(change, false);
    if (change.image.empty() && !change.image_before.empty())
        text += " (this program did not run)";
    return text;
}

std::string version_text(const Change& change) {
    if (change.image.empty() || change.image_before.empty())
        return {};
    if (!change.program_changed)
        return "whether the program changed is not known: there is no build id";
    return *change.program_changed ? "the program changed" : "the program is the same";
}

std::string file_text(const ChangedFile& file) {
    return escape(file.path) + " (build id " + build_id_text(file.build_id_before) + " -> " +
           build_id_text(file.build_id_after) + ")";
}

std::vector<const ChangedFile*> changed_libraries(const Diff& diff, const Change& change) {
    std::vector<const ChangedFile*> files;
    if (!change.reason)
        return files;
    for (const ChangedFile& file : diff.files) {
        const bool in_stack = std::ranges::any_of(change.reason->user_stack.frames,
                                                  [&](const UserFrame& frame) { return frame.module == file.path; });
        if (in_stack && file.path != change.image)
            files.push_back(&file);
    }
    return files;
}

std::vector<Remark> remarks(const DiffView& view) {
    std::vector<Remark> all;
    add_remarks("the old trace", view.before, all);
    add_remarks("the new trace", view.after, all);
    add_refusals("only in the new trace", view.after.others, &view.before.others, all);
    std::stable_partition(all.begin(), all.end(), [](const Remark& remark) { return remark.incomplete; });
    return all;
}

std::vector<const Change*> shown_changes(const DiffView& view, bool all) {
    std::vector<const Change*> changes;
    for (const Change& change : view.diff.changes)
        if (all || !is_minor(change.kind))
            changes.push_back(&change);
    return changes;
}

}  // namespace caprec
