// SPDX-License-Identifier: Apache-2.0
//
// The facts that only the end of a trace shows, and the verdicts that they change.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/classify/classifier.h"
#include "analyzer/containers/saturated_sum.h"
#include "analyzer/follow/judge.h"
#include "analyzer/follow/merged_runs.h"
#include "analyzer/follow/unasked_need.h"
#include "analyzer/result/aggregation.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/sites/key_sites.h"
#include "schema/capability_numbers.h"

namespace caprec {

// Whether each program looked for in vain was executed later, by the same process or one that it started.
bool Aggregation::found_later(const Group& group) const {
    return !group.looked_for.empty() && group.looked_for.size() < max_looked_for &&
           std::ranges::all_of(group.looked_for, [&](const LookUp& look_up) {
               const auto found = executed_.find(mix_bits(look_up.process ^ look_up.name));
               return found != executed_.end() && found->second > look_up.order;
           });
}

Judgement Aggregation::judge_again(const Group& group) {
    const UnaskedNeed need{.why = group.not_asked,
                           .row = group.row,
                           .place = {},
                           .given_up = group.traits.around.given_up,
                           .instead = group.traits.judgement.any_of,
                           .inside = group.traits.judgement.inside.has_value()};
    return judgement_of_not_asked(need, group.judged);
}

// How the run ended, and which programs were found elsewhere, tells the meaning of a refused look-up, capset or change
// of a limit.
void Aggregation::settle_look_ups(EventStream& stream) {
    for (Group& group : decided_.groups) {
        CheckTraits& traits = group.traits;
        const bool missing = rule_at(traits.judgement.rule).verdict == Verdict::missing;
        const bool capset = group.not_asked == NotAsked::not_permitted || group.not_asked == NotAsked::not_inheritable;
        const bool look_up = group.not_asked == NotAsked::no && stream.judge().looks_up(group.row);
        const bool limit =
            group.not_asked == NotAsked::no &&
            (stream.judge().sets_limit(group.row) || stream.stacks().site(traits.site).symbol == "__set_oom_adj");
        const bool well = missing && (capset || look_up || limit) && stream.went_well(group.runs);
        const bool found = missing && look_up && found_later(group);
        if (!well && !found)
            continue;
        group.judged.found_later = group.judged.found_later || found;
        JudgedRun judged = group.judged;
        judged.went_well = true;
        if (!capset) {
            traits.judgement = stream.judge().judge(group.row, stream.stacks().site(traits.site), traits.source,
                                                    traits.outcome, traits.error, traits.around, traits.tgid, judged);
        } else {
            group.judged.went_well = true;
            traits.judgement = judge_again(group);
        }
    }
}

void Aggregation::excuse_kept() {
    using Named = std::pair<ImageId, std::uint64_t>;  // an image, and a capability's number
    std::set<Named> without;
    std::map<Named, RunSet> without_in;  // runs after giving it up; one in which nothing kept it says the same
    for (const Group& group : decided_.groups) {
        const Rule& rule = rule_at(group.traits.judgement.rule);
        const Named named(group.traits.image, group.row.capability);
        if (rule.id == "denied-capset-tolerated")
            without.insert(named);
        else if (group.not_asked == NotAsked::not_permitted && rule.marks.given_up && group.judged.went_well)
            without_in[named] |= group.runs;
    }
    for (Group& group : decided_.groups) {
        if (group.not_asked != NotAsked::kept || group.traits.judgement.inside)
            continue;
        const Named named(group.traits.image, group.row.capability);
        RunSet all = group.runs;
        if (const auto found = without_in.find(named); found != without_in.end())
            all |= found->second;
        if (without.contains(named) || all.size() > group.runs.size()) {
            group.judged.went_well = true;
            group.traits.judgement = judge_again(group);
        }
    }
}

void Aggregation::excuse_same_sets(EventStream& stream) {
    std::vector<Group*> compared;
    const auto judge = [&](Group& group, bool same_sets) {
        CheckTraits& traits = group.traits;
        group.judged.same_sets = same_sets;
        traits.judgement = stream.judge().judge(group.row, stream.stacks().site(traits.site), traits.source,
                                                traits.outcome, traits.error, traits.around, traits.tgid, group.judged);
    };
    for (Group& group : decided_.groups) {
        if (group.not_asked == NotAsked::no && group.row.granted() && !group.traits.around.held_more.empty()) {
            compared.push_back(&group);
            judge(group, true);
        }
    }
    for (bool again = !compared.empty(); again;) {
        again = false;
        const CapabilitySet set = minimal_set(select_needs(needs(stream), {})).capabilities;
        for (Group* group : compared) {
            if (group->judged.same_sets && !(group->traits.around.held_more & set).empty()) {
                judge(*group, false);
                again = true;
            }
        }
    }
}

void Aggregation::select(const CheckFilter& filter) {
    std::erase_if(decided_.groups, [&](const Group& group) {
        return !group.traits.apart.selected || !filter.accepts(rule_at(group.traits.judgement.rule).verdict);
    });
    decided_.numbers.clear();  // they are places in the list
    decided_.last = {};
    decided_.recent = {};
}

void Aggregation::join_keepers() {
    Table before;
    std::swap(before, decided_);
    for (Group& group : before.groups) {
        group.traits.apart.keeper = {};
        add_decided(std::move(group));
    }
}

std::uint64_t Aggregation::checks() const {
    std::uint64_t count = 0;
    for (const Group& group : decided_.groups)
        if (group.not_asked == NotAsked::no)
            add_saturated(count, group.count);
    return count;
}

std::vector<Apart> Aggregation::parts() const {
    std::set<std::pair<KeeperId, std::uint64_t>> parts;
    for (const Group& group : decided_.groups)
        parts.emplace(group.traits.apart.keeper, group.traits.apart.user);
    std::vector<Apart> list;
    list.reserve(parts.size());
    for (const auto& [keeper, user] : parts)
        list.push_back({.keeper = keeper, .user = user});
    return list;
}

void Aggregation::finish(EventStream& stream) {
    last_ = {};
    std::vector<std::uint64_t> threads;
    for (const auto& [thread, staged] : staged_)
        threads.push_back(thread);
    std::ranges::sort(threads);  // the same answer each time
    for (const std::uint64_t thread : threads)
        on(StageEnd{thread, Phase::after_drop});
    for (Group group : open_.groups) {
        const KeySites::Entry* entry = stream.key_sites().find(group.row.key);
        const bool one_site = entry != nullptr && entry->one_site();
        const SiteSource source = one_site ? SiteSource::inherited : SiteSource::ambiguous;
        if (source != group.traits.source) {
            group.traits.site = one_site ? entry->site : KernelStacks::unknown_site;
            group.stack = one_site ? entry->stack : StackId();
            group.traits.source = source;
            group.traits.judgement =
                stream.judge().judge(group.row, stream.stacks().site(group.traits.site), source, group.traits.outcome,
                                     group.traits.error, group.traits.around, group.traits.tgid, group.judged);
        }
        add_decided(group);
    }
    open_ = {};
    judge_monitors(stream);
    settle_look_ups(stream);
    // This restores the order in which they were first asked, as open ones were decided late.
    std::ranges::stable_sort(decided_.groups, {}, [](const Group& group) { return group.row.order; });
}

// Programs that open performance events of others look around for names.  Which programs these are is known only at the
// end; in a merged trace it is known for each run.
void Aggregation::judge_monitors(EventStream& stream) {
    std::set<ImageId> monitors;
    if (!stream.merged().empty())
        return;
    for (const Group& group : decided_.groups)
        if (group.row.granted() && group.traits.image != Images::other && stream.judge().opens_event(group.row) &&
            rule_at(group.traits.judgement.rule).verdict != Verdict::not_needed &&
            group.traits.judgement.any_of.contains(cap_perfmon))
            monitors.insert(group.traits.image);
    if (monitors.empty())
        return;
    Table before;
    std::swap(before, decided_);
    for (Group& group : before.groups) {
        const bool compared = group.not_asked == NotAsked::compared || group.not_asked == NotAsked::compared_unknown;
        if (compared && monitors.contains(group.traits.image)) {
            group.judged.monitors = true;
            group.traits.judgement = judge_again(group);
        } else if (group.not_asked == NotAsked::no && monitors.contains(group.traits.image)) {
            group.judged.monitors = true;
            group.traits.judgement = stream.judge().judge(group.row, stream.stacks().site(group.traits.site),
                                                          group.traits.source, group.traits.outcome, group.traits.error,
                                                          group.traits.around, group.traits.tgid, group.judged);
        }
        add_decided(std::move(group));
    }
}

}  // namespace caprec
