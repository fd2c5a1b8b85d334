// SPDX-License-Identifier: Apache-2.0
#include "analyzer/compare/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "schema/enum_table.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

bool is_need(NeedState state) { return state > NeedState::not_needed; }

Standing standing_of(const ProgramFinding* finding) {
    if (finding == nullptr)
        return {};
    Standing standing{NeedState::not_needed, DenialState::none};
    if (finding->granted && finding->granted->verdict == Verdict::alternative)
        standing.need = NeedState::alternative;
    if (finding->granted && finding->granted->verdict == Verdict::required)
        standing.need = NeedState::required;
    if (finding->granted && finding->granted->verdict == Verdict::unclassified)
        standing.need = NeedState::unclassified;
    if (finding->denied)
        standing.denial = finding->denied->verdict == Verdict::missing ? DenialState::missing : DenialState::tolerated;
    return standing;
}

// The change in what was granted and needed.
std::optional<Transition> of_need(const Standing& before, const Standing& after) {
    const bool failed = before.denial == DenialState::missing, fails = after.denial == DenialState::missing;
    const bool unknown = after.need == NeedState::unclassified;
    if (is_need(before.need) && is_need(after.need)) {
        if (before.need == after.need)
            return std::nullopt;
        return Transition{ChangeKind::verdict_changed, unknown || before.need == NeedState::alternative};
    }
    if (is_need(after.need))  // a capability that it failed without is given to it now
        return failed ? Transition{ChangeKind::verdict_changed, unknown} : Transition{ChangeKind::newly_needed, true};
    if (!is_need(before.need) || (fails && !failed))
        return std::nullopt;
    return Transition{fails ? ChangeKind::verdict_changed : ChangeKind::no_longer_needed, false};
}

// The change in what was denied, as far as of_need() does not tell it.
std::optional<Transition> of_denial(const Standing& before, const Standing& after, bool need_changed) {
    if (before.denial == after.denial)
        return std::nullopt;
    if (after.denial == DenialState::missing)
        return Transition{ChangeKind::newly_missing, true};
    if (after.denial == DenialState::tolerated && before.denial == DenialState::none)
        return Transition{ChangeKind::newly_denied, false};
    if (need_changed)
        return std::nullopt;
    const bool failed = before.denial == DenialState::missing;
    return Transition{failed ? ChangeKind::no_longer_missing : ChangeKind::no_longer_denied, false};
}

using Findings = std::map<std::pair<std::string_view, unsigned>, const ProgramFinding*>;
using Names = std::map<std::string_view, std::string_view>;

std::set<std::string_view> images_of(const Analysis& analysis) {
    std::set<std::string_view> images;
    for (const ProgramFinding& finding : analysis.by_program)
        images.insert(finding.image);
    return images;
}

// The programs by the last part of their paths; empty when several share that.
Names by_name(const std::set<std::string_view>& images) {
    Names names;
    for (const std::string_view image : images) {
        const auto [place, is_new] = names.try_emplace(last_part(image), image);
        place->second = is_new ? image : std::string_view();
    }
    return names;
}

// Pairs programs of the new run with those of the old one.
Names pair_programs(const std::set<std::string_view>& before, const std::set<std::string_view>& after) {
    const Names old_names = by_name(before), new_names = by_name(after);
    Names pairs;
    for (const std::string_view image : after) {
        const auto old = old_names.find(last_part(image));
        if (before.contains(image))
            pairs.emplace(image, image);
        else if (old != old_names.end() && !old->second.empty() && !after.contains(old->second) &&
                 new_names.at(last_part(image)) == image)
            pairs.emplace(image, old->second);
    }
    return pairs;
}

Findings findings_of(const Analysis& analysis) {
    Findings findings;
    for (const ProgramFinding& finding : analysis.by_program)
        findings.emplace(std::pair(std::string_view(finding.image), finding.capability), &finding);
    return findings;
}

const ProgramFinding* find(const Findings& findings, std::string_view image, unsigned capability) {
    const auto found = findings.find({image, capability});
    return found != findings.end() ? found->second : nullptr;
}

struct Counts {  // numbers of runs
    std::size_t before = 1, after = 1;
};

// Takes the reason that shows the change: that of the denial or of the grant, in the run that has it.
void take_reason(const ProgramFinding* before, const ProgramFinding* after, const Counts& counts, Change& change) {
    constexpr ChangeKind of_denial[] = {ChangeKind::newly_missing, ChangeKind::newly_denied,
                                        ChangeKind::no_longer_missing, ChangeKind::no_longer_denied};
    const bool denied = std::ranges::find(of_denial, change.kind) != std::end(of_denial);
    for (const ProgramFinding* finding : {after, before}) {
        if (finding == nullptr || change.reason)
            continue;
        const Standing& standing = finding == after ? change.after : change.before;
        if (denied)
            change.reason = finding->denied;
        else if (is_need(standing.need) || is_minor(change.kind))
            change.reason = finding->granted ? finding->granted : finding->denied;
        change.reason_is_old = finding == before;
        change.runs = change.reason ? change.reason->runs : 1;
        change.of_runs = finding == before ? counts.before : counts.after;
    }
}

// Null: that run does not have it.
void compare(const ProgramFinding* before, const ProgramFinding* after, const Counts& counts, Change change,
             std::vector<Change>& changes) {
    change.capability = (after != nullptr ? after : before)->capability;
    change.before = standing_of(before);
    change.after = standing_of(after);
    for (const Transition& found : transitions(change.before, change.after)) {
        Change& added = changes.emplace_back(change);
        added.kind = found.kind;
        added.regression = found.regression;
        take_reason(before, after, counts, added);
    }
}

// Build ids by path.  When a path was several files in one run, it is not known which of them became which.
class Versions {
public:
    explicit Versions(const Analysis& analysis) {
        for (const LoadedFile& file : analysis.files)
            if (!file.build_id.empty())
                ids_[file.path].insert(file.build_id);
    }
    const auto& all() const { return ids_; }
    // Empty: not known.
    std::string_view id(std::string_view path) const {
        const auto found = ids_.find(path);
        return found != ids_.end() && found->second.size() == 1 ? *found->second.begin() : std::string_view();
    }

private:
    std::map<std::string_view, std::set<std::string_view>> ids_;
};

std::vector<ChangedFile> changed_files(const Versions& before, const Versions& after) {
    std::vector<ChangedFile> changed;
    for (const auto& [path, ids] : after.all()) {
        const std::string_view old_id = before.id(path), new_id = after.id(path);
        if (!old_id.empty() && !new_id.empty() && old_id != new_id)
            changed.push_back({std::string(path), std::string(old_id), std::string(new_id)});
    }
    return changed;
}

std::set<std::string_view> kernels_of(const RunFacts& run) {
    std::set<std::string_view> kernels;
    for (const RunHeader& setting : run.settings)
        kernels.insert(setting.kernel_release);
    if (run.settings.empty())
        kernels.insert(run.header.kernel_release);
    return kernels;
}

}  // namespace

const char* standing_name(const Standing& standing) {
    if (!is_need(standing.need) && standing.denial != DenialState::none)
        return denial_name(standing.denial);
    switch (standing.need) {
        case NeedState::not_asked: return "not_asked";
        case NeedState::not_needed: return verdict_name(Verdict::not_needed);
        case NeedState::alternative: return verdict_name(Verdict::alternative);
        case NeedState::required: return verdict_name(Verdict::required);
        case NeedState::unclassified: return verdict_name(Verdict::unclassified);
    }
    return "";
}

const char* denial_name(DenialState denial) {
    switch (denial) {
        case DenialState::none: return "none";
        case DenialState::tolerated: return "tolerated";
        case DenialState::missing: return verdict_name(Verdict::missing);
    }
    return "";
}

const char* change_kind_name(ChangeKind kind) {
    static constexpr EnumTable<ChangeKind, const char*> names({
        "newly_missing",
        "newly_needed",
        "verdict_changed",
        "newly_denied",
        "no_longer_needed",
        "no_longer_missing",
        "no_longer_denied",
        "newly_asked",
        "no_longer_asked",
    });
    return names[kind];
}

std::vector<Transition> transitions(const Standing& before, const Standing& after) {
    std::vector<Transition> found;
    if (const auto need = of_need(before, after))
        found.push_back(*need);
    if (const auto denial = of_denial(before, after, !found.empty()))
        found.push_back(*denial);
    if (found.empty() && before.need != after.need && !is_need(before.need) && !is_need(after.need))
        found.push_back(
            {after.need == NeedState::not_needed ? ChangeKind::newly_asked : ChangeKind::no_longer_asked, false});
    return found;
}

Diff diff(const Analysis& before, const Analysis& after) {
    const std::set<std::string_view> old_images = images_of(before), new_images = images_of(after);
    const Names names = pair_programs(old_images, new_images);
    const Findings old_findings = findings_of(before), new_findings = findings_of(after);
    const Versions old_versions(before), new_versions(after);
    const Counts counts{before.run.run_count(), after.run.run_count()};
    Diff result;
    const auto between = [&](std::string_view old_image, std::string_view new_image) {
        Change change;
        change.image_before = old_image;
        change.image = new_image;
        const std::string_view old_id = old_versions.id(old_image), new_id = new_versions.id(new_image);
        if (!old_id.empty() && !new_id.empty())
            change.program_changed = old_id != new_id;
        return change;
    };
    Names new_names;
    for (const auto& [new_name, old_name] : names)
        new_names.emplace(old_name, new_name);
    for (const ProgramFinding& finding : after.by_program) {
        const auto name = names.find(finding.image);
        const bool is_in_both = name != names.end();
        const std::string_view old_name = is_in_both ? name->second : std::string_view();
        compare(is_in_both ? find(old_findings, old_name, finding.capability) : nullptr, &finding, counts,
                between(old_name, finding.image), result.changes);
    }
    for (const ProgramFinding& finding : before.by_program) {
        const auto name = new_names.find(finding.image);
        const std::string_view new_name = name != new_names.end() ? name->second : std::string_view();
        if (name == new_names.end() || find(new_findings, new_name, finding.capability) == nullptr)
            compare(&finding, nullptr, counts, between(finding.image, new_name), result.changes);
    }
    std::ranges::stable_sort(result.changes, {}, [](const Change& change) {
        const std::string& image = change.image.empty() ? change.image_before : change.image;
        return std::tuple(!change.regression, change.kind, std::string_view(image), change.capability);
    });
    result.files = changed_files(old_versions, new_versions);
    result.kernel_changed = kernels_of(before.run) != kernels_of(after.run);
    result.programs = old_images.size() + new_images.size() - names.size() - (names.contains("") ? 1 : 0);
    return result;
}

}  // namespace caprec
