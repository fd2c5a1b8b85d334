// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/analysis/image_name.h"
#include "analyzer/emit/compare/change_text.h"
#include "schema/enum_table.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

ListedFinding finding_of(const Change& change) {
    ListedFinding finding;
    finding.is_error = change.regression;
    finding.id = change_kind_name(change.kind);
    finding.program = program_text(change);
    finding.capability = capability_name(change.capability);
    finding.message = finding.program + ' ' + headline(change);
    finding.detail = standings_text(change);
    finding.reason = change.reason ? &*change.reason : nullptr;
    finding.image = parse_image(change.image.empty() ? change.image_before : change.image).path;
    finding.columns = {standing_text(change.before), standing_text(change.after)};
    finding.properties = {{"verdict_before", standing_name(change.before)},
                          {"verdict_after", standing_name(change.after)}};
    return finding;
}

}  // namespace

FindingList finding_list(const DiffView& view, bool all) {
    FindingList list;
    list.command = "diff";
    list.version = view.version;
    list.error_word = "regression";
    list.nothing = "no change";
    list.columns = {"before", "now"};
    for (const Change* change : shown_changes(view, all))
        list.findings.push_back(finding_of(*change));
    const auto regressions = static_cast<std::uint64_t>(std::ranges::count_if(list.findings, &ListedFinding::is_error));
    list.answer = regressions != 0        ? counted(regressions, "regression")
                  : list.findings.empty() ? "no change"
                                          : "no regression";
    list.remarks = remarks(view);
    if (view.diff.kernel_changed)
        list.facts.push_back("The kernel changed: " + escape(view.before.run.header.kernel_release) + " to " +
                             escape(view.after.run.header.kernel_release) + '.');
    for (const ChangedFile& file : view.diff.files)
        list.items.push_back("changed: " + file_text(file));
    for (const ChangeKind kind : all_of<ChangeKind>)
        list.rules.emplace_back(change_kind_name(kind), description(kind));
    return list;
}

}  // namespace caprec
