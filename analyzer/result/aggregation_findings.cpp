// SPDX-License-Identifier: Apache-2.0
//
// The second half of Aggregation: its groups as the plain data of an Analysis.
#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/classify/classifier.h"
#include "analyzer/containers/saturated_sum.h"
#include "analyzer/processes/process_tree.h"
#include "analyzer/result/aggregation.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/sites/key_sites.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/sites/why_no_user_stack.h"
#include "analyzer/words/object_text.h"
#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

std::string syscall_text(const CheckRow& row) {
    const bool known = row.abi != 0 && is_one_of<Abi>(row.abi);
    return known ? syscall_name(static_cast<Abi>(row.abi), row.syscall) : "";
}

std::string why_text(const Rule& rule, const Judgement& judgement) {
    std::string text(rule.why);
    if (rule.marks.inside && judgement.inside) {
        const Rule& in_there = rule_at(*judgement.inside);
        text += "; in there: " + std::string(in_there.why) + " [" + std::string(in_there.id) + "]";
    }
    if (rule.marks.about_site && judgement.known != nullptr) {
        const SiteRow& row = *judgement.known;
        const std::string& about = row.note.empty() ? row.asked_by : row.note;
        text += about.empty() ? "" : ": " + about;
    }
    if (judgement.by_syscall)
        text += "; judged by the syscall alone, as the names of kernel functions are missing";
    return text;
}

// The user stack of the check, or that of its key; or why there is none.
ResolvedStack user_stack_of(const CheckRow& row, const TraceSources& from) {
    if (const UserStackId id = from.stream.key_sites().site_of(row, KernelStacks::unknown_site).user_stack)
        return from.calling_frames_only ? from.user_stacks->calling_frames(id) : from.user_stacks->stack(id);
    ResolvedStack none;
    none.incomplete = why_no_user_stack(row, from.reader.header());
    return none;
}

}  // namespace

Reason Aggregation::reason_of(const Group& group, const TraceSources& from) const {
    const Rule& rule = rule_at(group.traits.judgement.rule);
    Reason reason;
    reason.capability = static_cast<unsigned>(group.row.capability);
    reason.verdict = rule.verdict;
    reason.granted = group.row.granted();
    reason.count = group.count;
    reason.runs = group.runs.empty() ? 1 : group.runs.size();
    reason.rule = rule.id;
    reason.why = why_text(rule, group.traits.judgement);
    reason.inconclusive = rule.marks.inconclusive;
    reason.by_recorder = rule.marks.by_recorder;
    reason.any_of = group.traits.judgement.any_of;
    reason.phase = group.traits.phase;
    reason.by_syscall = group.traits.judgement.by_syscall;
    if (group.traits.judgement.known != nullptr)
        reason.asked_by = group.traits.judgement.known->asked_by;
    reason.image = from.stream.processes().image(group.traits.image);
    reason.comm = from.stream.processes().comm(group.comm);
    reason.process = group.process;
    reason.keeper = from.stream.processes().homes().keeper(group.traits.apart.keeper);
    reason.syscall = syscall_text(group.row);
    if (group.traits.error != 0)
        reason.error = group.traits.error;
    reason.outcome = group.traits.outcome;
    if (const Object* object = from.reader.object(group.row.object)) {
        reason.object = object_text(*object, reason.syscall);
        reason.object_truncated = object->truncated;
    }
    reason.site = from.stream.stacks().site(group.traits.site).symbol;
    reason.kernel_stack = from.stream.stacks().frames(group.stack);
    if (from.user_stacks != nullptr)
        reason.user_stack = user_stack_of(group.row, from);
    return reason;
}

// The reason for the same check, seen from inside the user namespace.
Reason Aggregation::reason_inside(const Group& group, const TraceSources& from) const {
    Reason reason = reason_of(group, from);
    const Rule& rule = rule_at(*group.traits.judgement.inside);
    reason.verdict = rule.verdict;
    reason.rule = rule.id;
    reason.why = why_text(rule, group.traits.judgement);
    reason.inconclusive = rule.marks.inconclusive;
    return reason;
}

// The groups: strongest verdict first, then most frequent, then first met.
std::vector<const Aggregation::Group*> Aggregation::sorted(const std::function<bool(const Group&)>& wanted) const {
    std::vector<const Group*> groups;
    for (const Group& group : decided_.groups)
        if (wanted(group))
            groups.push_back(&group);
    std::ranges::stable_sort(groups, [](const Group* a, const Group* b) {
        const Verdict left = rule_at(a->traits.judgement.rule).verdict;
        const Verdict right = rule_at(b->traits.judgement.rule).verdict;
        return left != right ? left < right : a->count > b->count;
    });
    return groups;
}

// The member of the set that stands for the capability that was asked for; nothing: that is in the set itself, or is
// not needed.
std::optional<unsigned> Aggregation::stand_in(const Group& group, const MinimalSet& minimal) {
    const Verdict verdict = rule_at(group.traits.judgement.rule).verdict;
    if (!group.row.granted() || (verdict != Verdict::alternative && verdict != Verdict::unclassified) ||
        minimal.capabilities.contains(static_cast<unsigned>(group.row.capability)))
        return std::nullopt;
    return chosen_for(minimal, group.traits.judgement.any_of);
}

std::vector<CapabilityFinding> Aggregation::findings(const TraceSources& from, std::size_t reasons,
                                                     const MinimalSet& minimal) const {
    std::vector<CapabilityFinding> findings;
    for (unsigned capability = 0; capability < 64; ++capability) {
        const std::vector<const Group*> groups = sorted([&](const Group& group) {
            return group.row.capability == capability || stand_in(group, minimal) == capability;
        });
        if (groups.empty())
            continue;
        CapabilityFinding finding;
        bool denied = false;
        RunSet runs;
        finding.capability = capability;
        finding.verdict = rule_at(groups.front()->traits.judgement.rule).verdict;
        for (const Group* group : groups) {
            if (group->row.capability == capability) {
                add_saturated(group->row.granted() ? finding.granted : finding.denied, group->count);
                denied = denied || rule_at(group->traits.judgement.rule).marks.denied;
                if (const std::optional<unsigned> other = stand_in(*group, minimal))
                    finding.met_by.insert(*other);
            }
            if (rule_at(group->traits.judgement.rule).verdict == finding.verdict)
                runs |= group->runs;
        }
        finding.runs = runs.empty() ? 1 : runs.size();
        finding.mixed = denied && groups.front()->row.granted() && finding.verdict != Verdict::not_needed;
        const std::size_t shown = std::min(groups.size(), reasons);
        for (std::size_t i = 0; i < shown; ++i)
            finding.reasons.push_back(reason_of(*groups[i], from));
        finding.more_reasons = groups.size() - shown;
        findings.push_back(std::move(finding));
    }
    std::ranges::stable_sort(findings, {}, &CapabilityFinding::verdict);
    return findings;
}

std::vector<Alternative> Aggregation::alternatives(EventStream& stream) const {
    std::vector<Alternative> alternatives;
    for (const Group& group : decided_.groups) {
        const Verdict verdict = rule_at(group.traits.judgement.rule).verdict;
        const bool look_up = rule_at(group.traits.judgement.rule).id == "name-look-up";
        if (group.row.granted() && (verdict == Verdict::alternative || verdict == Verdict::unclassified || look_up)) {
            alternatives.push_back({.image = stream.processes().image(group.traits.image),
                                    .asked = static_cast<unsigned>(group.row.capability),
                                    .any_of = group.traits.judgement.any_of});
        }
    }
    return alternatives;
}

std::vector<ProgramFinding> Aggregation::by_program(const TraceSources& from) const {
    std::map<std::pair<std::string_view, std::uint64_t>, ProgramFinding> found;
    std::map<const Reason*, RunSet> runs;
    for (const Group* group : sorted([](const Group&) { return true; })) {  // the strongest first
        const std::string_view image = from.stream.processes().image(group->traits.image);
        ProgramFinding& finding = found[{image, group->row.capability}];
        finding.image = image;
        finding.capability = static_cast<unsigned>(group->row.capability);
        std::optional<Reason>& reason = group->row.granted() ? finding.granted : finding.denied;
        if (!reason)
            reason = reason_of(*group, from);
        if (reason->verdict == rule_at(group->traits.judgement.rule).verdict) {  // all groups of that verdict show it
            RunSet& seen = runs[&*reason];
            seen |= group->runs;
            reason->runs = std::max<std::size_t>(seen.size(), 1);
        }
    }
    std::vector<ProgramFinding> findings;
    findings.reserve(found.size());
    for (auto& [key, finding] : found)
        findings.push_back(std::move(finding));
    return findings;
}

// Checks that asked for the alternatives of one need one after the other are one failure, not two.  Many look-ups along
// a PATH or a list of places fail, and mean little, so they come last.
ReasonList Aggregation::pick(const TraceSources& from, bool (*wanted)(const Group&)) const {
    using Failure = std::tuple<std::uint64_t, ImageId, SiteId, std::int32_t, std::uint64_t, std::uint64_t>;
    std::map<Failure, std::uint64_t> first_asked;  // the capability that was asked for first
    std::vector<const Group*> chosen;
    for (const Group* group : sorted(wanted)) {
        const Failure failure{group->traits.judgement.any_of.bits(),
                              group->traits.image,
                              group->traits.site,
                              group->traits.error,
                              group->row.abi,
                              group->row.syscall};
        if (first_asked.try_emplace(failure, group->row.capability).first->second == group->row.capability)
            chosen.push_back(group);
    }
    std::stable_partition(chosen.begin(), chosen.end(), [&](const Group* group) {
        return group->not_asked != NotAsked::no || !from.stream.judge().looks_up(group->row);
    });
    ReasonList picked;
    picked.more = chosen.size() - std::min(chosen.size(), max_failures);
    chosen.resize(chosen.size() - picked.more);
    for (const Group* group : chosen)
        picked.reasons.push_back(reason_of(*group, from));
    return picked;
}

ReasonList Aggregation::failures(const TraceSources& from) const {
    return pick(from,
                [](const Group& group) { return rule_at(group.traits.judgement.rule).verdict == Verdict::missing; });
}

ReasonList Aggregation::refused(const TraceSources& from) const {
    return pick(from, [](const Group& group) { return rule_at(group.traits.judgement.rule).marks.refused; });
}

ReasonList Aggregation::given_up(const TraceSources& from) const {
    return pick(from, [](const Group& group) { return rule_at(group.traits.judgement.rule).marks.given_up; });
}

ReasonList Aggregation::tolerated(const TraceSources& from) const {
    return pick(from, [](const Group& group) { return rule_at(group.traits.judgement.rule).marks.tolerated; });
}

std::vector<NoiseLine> Aggregation::noise() const {
    std::map<RuleId, NoiseLine> by_rule;
    for (const Group& group : decided_.groups) {
        const Rule& rule = rule_at(group.traits.judgement.rule);
        if (!is_noise(rule))
            continue;
        NoiseLine& line = by_rule[group.traits.judgement.rule];
        line.rule = rule.id;
        line.why = rule.why;
        add_saturated(line.count, group.count);
        line.capabilities.insert(static_cast<unsigned>(group.row.capability));
    }
    std::vector<NoiseLine> lines;
    lines.reserve(by_rule.size());
    for (auto& [rule, line] : by_rule)
        lines.push_back(std::move(line));
    std::ranges::stable_sort(lines, std::ranges::greater{}, &NoiseLine::count);
    return lines;
}

void Aggregation::visit_kinds(EventStream& stream, const std::function<void(const KindView&)>& visit) const {
    for (const Group& group : decided_.groups) {
        const CheckTraits& traits = group.traits;
        const UserStackId user_stack = stream.key_sites().site_of(group.row, KernelStacks::unknown_site).user_stack;
        JudgedRun judged = group.judged;
        judged.own_mount = judged.own_mount || stream.judge().keeps_for_mount(group.row.credential);
        visit({.row = group.row,
               .traits = traits,
               .judged = judged,
               .user_stack = user_stack,
               .site_stack = group.not_asked == NotAsked::no ? group.stack : group.site_stack,
               .image = stream.processes().image(traits.image),
               .comm = stream.processes().comm(group.comm),
               .site = stream.stacks().site(traits.site).symbol,
               .rule = rule_at(traits.judgement.rule).id,
               .cgroup = stream.processes().homes().home(group.home).cgroup,
               .keeper = &stream.processes().homes().keeper(traits.apart.keeper),
               .inside = traits.judgement.inside ? rule_at(*traits.judgement.inside).id : std::string_view(),
               .not_asked = group.not_asked,
               .count = group.count,
               .runs = group.runs,
               .setting = group.judged.setting == 0 ? 0 : group.judged.setting - 1,
               .example = group.example});
    }
}

std::optional<std::uint32_t> Aggregation::user_of(const Apart& apart) {
    return apart.user != 0 ? std::optional(static_cast<std::uint32_t>(apart.user - 1)) : std::nullopt;
}

// The need that a group shows; nothing when it is not needed.
std::optional<Need> Aggregation::need_of(const Group& group, RuleId rule, EventStream& stream) {
    const Verdict verdict = rule_at(rule).verdict;
    const bool with_missing = rule_at(rule).marks.with_missing;
    if (!with_missing && (verdict == Verdict::not_needed || group.row.granted() == (verdict == Verdict::missing)))
        return std::nullopt;
    const bool missing = verdict == Verdict::missing || with_missing;
    return Need{.any_of = group.traits.judgement.any_of,
                .classified = verdict != Verdict::unclassified,
                .missing = missing,
                .look_up = missing && group.not_asked == NotAsked::no && stream.judge().looks_up(group.row),
                .once_given = with_missing,
                .by_choice = group.traits.judgement.by_choice,
                .image = std::string(stream.processes().image(group.traits.image)),
                .phase = group.traits.phase,
                .keeper = stream.processes().homes().keeper(group.traits.apart.keeper),
                .user = user_of(group.traits.apart)};
}

std::vector<Aggregation::NeedGroup> Aggregation::need_groups(EventStream& stream, Where where) const {
    std::vector<NeedGroup> needs;
    for (const Group& group : decided_.groups) {
        const std::optional<RuleId> rule =
            where == Where::outside ? group.traits.judgement.rule : group.traits.judgement.inside;
        if (const std::optional<Need> need = rule ? need_of(group, *rule, stream) : std::nullopt)
            needs.push_back({*need, &group, group.runs});
    }
    const auto order = [](const NeedGroup& each) {
        const Need& need = each.need;
        return std::tuple(need.any_of.bits(), need.classified, need.missing, need.look_up, need.once_given,
                          need.by_choice, std::string_view(need.image), need.phase, std::string_view(need.keeper.unit),
                          std::string_view(need.keeper.container), need.user, ~each.group->count);
    };
    std::ranges::stable_sort(needs, {}, order);  // among equal needs, the most frequent first
    const auto same = [](const NeedGroup& a, const NeedGroup& b) { return a.need == b.need; };
    for (auto first = needs.begin(); first != needs.end();) {
        const auto end =
            std::find_if_not(first + 1, needs.end(), [&](const NeedGroup& other) { return same(*first, other); });
        std::for_each(first + 1, end, [&](const NeedGroup& other) { first->runs |= other.runs; });
        first = end;
    }
    needs.erase(std::unique(needs.begin(), needs.end(), same), needs.end());
    return needs;
}

std::vector<Need> Aggregation::needs(EventStream& stream, Where where) const {
    std::vector<Need> needs;
    for (NeedGroup& each : need_groups(stream, where))
        needs.push_back(std::move(each.need));
    return needs;
}

std::vector<Reason> Aggregation::need_reasons(const TraceSources& from, Where where) const {
    std::vector<Reason> reasons;
    for (const NeedGroup& each : need_groups(from.stream, where)) {
        reasons.push_back(where == Where::outside ? reason_of(*each.group, from) : reason_inside(*each.group, from));
        reasons.back().runs = std::max<std::size_t>(each.runs.size(), 1);
    }
    return reasons;
}

void Aggregation::tell(ProcessTree& tree) const {
    for (const Group& group : decided_.groups) {
        const Verdict verdict = rule_at(group.traits.judgement.rule).verdict;
        for (const Asker asker : group.askers.all()) {
            tree.note_use(asker.process, asker.program, static_cast<unsigned>(group.row.capability),
                          group.row.granted(), verdict);
        }
    }
}

LateVerdicts Aggregation::late_verdicts(EventStream& stream) const {
    LateVerdicts late;
    late.set_stages(stages_);
    if (limits_reached_ || stages_.limits_reached())
        late.set_incomplete();
    for (const Group& group : decided_.groups) {
        const Judgement& judgement = group.traits.judgement;
        for (auto [key, count] : group.asked_as) {
            key.phase = group.traits.phase;
            if (is_said_by(key, group.traits))
                continue;
            late.add(key, {.judgement = judgement,
                           .site = stream.stacks().site(group.traits.site).symbol,
                           .stack = group.stack,
                           .capability = static_cast<unsigned>(group.row.capability),
                           .granted = group.row.granted(),
                           .first_rule = key.rule,
                           .image = std::string(stream.processes().image(group.traits.image)),
                           .syscall = syscall_text(group.row),
                           .count = count});
        }
    }
    return late;
}

}  // namespace caprec
