// SPDX-License-Identifier: Apache-2.0
#include "analyzer/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "schema/last_part.h"

namespace caprec {
namespace {

bool is_need(NeedState state) {
    return state == NeedState::alternative || state == NeedState::required || state == NeedState::unclassified;
}

NeedState state_of(const ProgramFinding& finding) {
    switch (finding.verdict) {
        case Verdict::required: return NeedState::required;
        case Verdict::alternative: return NeedState::alternative;
        case Verdict::missing: return NeedState::missing;
        case Verdict::unclassified: return NeedState::unclassified;
        case Verdict::not_needed: break;
    }
    return finding.denied != 0 ? NeedState::tolerated : NeedState::not_needed;
}

std::optional<Transition> between_needs(NeedState before, NeedState after) {
    const bool narrower = before == NeedState::alternative || after == NeedState::unclassified;
    return Transition{ChangeKind::verdict_changed, narrower};
}

std::optional<Transition> to_no_need(NeedState before, NeedState after) {
    if (is_need(before))
        return Transition{ChangeKind::no_longer_needed, false};
    if (before == NeedState::missing)
        return Transition{ChangeKind::no_longer_missing, false};
    if (after == NeedState::tolerated)
        return Transition{ChangeKind::newly_denied, false};
    if (before == NeedState::tolerated)
        return Transition{ChangeKind::no_longer_denied, false};
    return Transition{after == NeedState::not_needed ? ChangeKind::newly_asked : ChangeKind::no_longer_asked, false};
}

using Findings = std::map<std::pair<std::string_view, unsigned>, const ProgramFinding*>;
using Names = std::map<std::string_view, std::string_view>;  // of the new run's programs, to those of the old one

std::set<std::string_view> images_of(const Analysis& analysis) {
    std::set<std::string_view> images;
    for (const ProgramFinding& finding : analysis.by_program)
        images.insert(finding.image);
    return images;
}

// Those that only one run has, by the last part of their paths; null where several have it.
std::map<std::string_view, const std::string_view*> unpaired(const std::set<std::string_view>& images,
                                                             const std::set<std::string_view>& others) {
    std::map<std::string_view, const std::string_view*> found;
    for (const std::string_view& image : images) {
        if (others.contains(image))
            continue;
        const auto [place, is_new] = found.try_emplace(last_part(image), &image);
        place->second = is_new ? place->second : nullptr;
    }
    return found;
}

Names pair_programs(const std::set<std::string_view>& before, const std::set<std::string_view>& after) {
    Names names;
    for (const std::string_view image : after) {
        if (before.contains(image))
            names.emplace(image, image);
    }
    const auto only_before = unpaired(before, after), only_after = unpaired(after, before);
    for (const auto& [name, image] : only_after) {
        const auto old = only_before.find(name);
        if (image != nullptr && old != only_before.end() && old->second != nullptr)
            names.emplace(*image, *old->second);
    }
    return names;
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

// Null: that run does not have it.
void compare(const ProgramFinding* before, const ProgramFinding* after, std::string_view image_before,
             std::string_view image_after, std::vector<Change>& changes) {
    Change change;
    change.before = before != nullptr ? state_of(*before) : NeedState::not_asked;
    change.after = after != nullptr ? state_of(*after) : NeedState::not_asked;
    const std::optional<Transition> found = transition(change.before, change.after);
    if (!found)
        return;
    change.kind = found->kind;
    change.regression = found->regression;
    change.image = image_after;
    change.image_before = image_before;
    change.capability = (after != nullptr ? after : before)->capability;
    change.reason_is_old = after == nullptr || (change.after < NeedState::tolerated && before != nullptr);
    const ProgramFinding& telling = change.reason_is_old ? *before : *after;
    if (!telling.reasons.empty())
        change.reason = telling.reasons.front();
    changes.push_back(std::move(change));
}

std::vector<ChangedFile> changed_files(const Analysis& before, const Analysis& after) {
    // A path with several files in one run is left out: which of them became which is not known.
    const auto ids_of = [](const Analysis& analysis) {
        std::map<std::string_view, std::set<std::string_view>> ids;
        for (const LoadedFile& file : analysis.files) {
            if (!file.build_id.empty())
                ids[file.path].insert(file.build_id);
        }
        return ids;
    };
    std::vector<ChangedFile> changed;
    const auto old_ids = ids_of(before);
    for (const auto& [path, ids] : ids_of(after)) {
        const auto old = old_ids.find(path);
        if (old != old_ids.end() && ids.size() == 1 && old->second.size() == 1 && ids != old->second)
            changed.push_back({std::string(path), std::string(*old->second.begin()), std::string(*ids.begin())});
    }
    return changed;
}

}  // namespace

const char* need_state_name(NeedState state) {
    switch (state) {
        case NeedState::not_asked: return "not_asked";
        case NeedState::not_needed: return verdict_name(Verdict::not_needed);
        case NeedState::tolerated: return "tolerated";
        case NeedState::alternative: return verdict_name(Verdict::alternative);
        case NeedState::required: return verdict_name(Verdict::required);
        case NeedState::unclassified: return verdict_name(Verdict::unclassified);
        case NeedState::missing: return verdict_name(Verdict::missing);
    }
    return "";
}

const char* change_kind_name(ChangeKind kind) {
    constexpr const char* names[] = {"newly_missing",    "newly_needed",     "verdict_changed",
                                     "newly_denied",     "no_longer_needed", "no_longer_missing",
                                     "no_longer_denied", "newly_asked",      "no_longer_asked"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<Transition> transition(NeedState before, NeedState after) {
    if (before == after)
        return std::nullopt;
    if (after == NeedState::missing)
        return Transition{ChangeKind::newly_missing, true};
    if (!is_need(after))
        return to_no_need(before, after);
    if (before == NeedState::missing)
        return Transition{ChangeKind::verdict_changed, after == NeedState::unclassified};
    if (is_need(before))
        return between_needs(before, after);
    return Transition{ChangeKind::newly_needed, true};
}

Diff diff(const Analysis& before, const Analysis& after) {
    const std::set<std::string_view> old_images = images_of(before), new_images = images_of(after);
    const Names names = pair_programs(old_images, new_images);
    const Findings old_findings = findings_of(before), new_findings = findings_of(after);
    Diff result;
    std::set<std::pair<std::string_view, unsigned>> seen;  // of the old run
    for (const ProgramFinding& finding : after.by_program) {
        const auto name = names.find(finding.image);
        const std::string_view old_name = name != names.end() ? name->second : std::string_view();
        const ProgramFinding* old = name != names.end() ? find(old_findings, old_name, finding.capability) : nullptr;
        if (old != nullptr)
            seen.insert({old->image, old->capability});
        compare(old, &finding, old_name, finding.image, result.changes);
    }
    Names new_names;
    for (const auto& [new_name, old_name] : names)
        new_names.emplace(old_name, new_name);
    for (const ProgramFinding& finding : before.by_program) {
        if (seen.contains({finding.image, finding.capability}))
            continue;
        const auto name = new_names.find(finding.image);
        compare(&finding, nullptr, finding.image, name != new_names.end() ? name->second : std::string_view(),
                result.changes);
    }
    std::ranges::stable_sort(result.changes, {}, [](const Change& change) {
        const std::string& image = change.image.empty() ? change.image_before : change.image;
        return std::tuple(!change.regression, change.kind, std::string_view(image), change.capability);
    });
    result.files = changed_files(before, after);
    result.kernel_changed = before.run.header.kernel_release != after.run.header.kernel_release;
    result.programs = old_images.size() + new_images.size() - names.size() - (names.contains("") ? 1 : 0);
    return result;
}

}  // namespace caprec
