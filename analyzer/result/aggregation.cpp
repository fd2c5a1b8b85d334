// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/aggregation.h"

#include <algorithm>
#include <utility>

#include "analyzer/classify/classifier.h"
#include "analyzer/containers/saturated_sum.h"
#include "analyzer/follow/judge.h"
#include "analyzer/follow/unasked_need.h"
#include "analyzer/sites/kernel_stacks.h"

namespace caprec {

Aggregation::Group* Aggregation::find(Table& table, const GroupKey& key) {
    if (table.last.used && table.last.key == key)
        return &table.groups[table.last.number];
    Recent& recent = table.recent[table.numbers.hash_function()(key) % table.recent.size()];
    if (!recent.used || !(recent.key == key)) {
        const auto known = table.numbers.find(key);
        if (known == table.numbers.end())
            return nullptr;
        recent = {key, known->second, true};
    }
    table.last = recent;
    return &table.groups[recent.number];
}

void Aggregation::add(Table& table, const GroupKey& key, const Group& group) {
    table.numbers.emplace(key, static_cast<std::uint32_t>(table.groups.size()));
    table.groups.push_back(group);
}

void Aggregation::add_decided(Group group) {
    group.traits.open = false;
    GroupKey key = group_key_of(group.row, group.traits);
    Group* known = find(decided_, key);
    if (known == nullptr && decided_.groups.size() >= max_groups) {
        limits_reached_ = true;
        group.traits.image = Images::other;
        group.traits.site = KernelStacks::unknown_site;
        group.traits.error = 0;
        group.row.abi = group.row.syscall = 0;
        group.row.object = {};
        group.stack = {};
        group.asked_as.clear();  // the keys it was delivered with say more
        key = group_key_of(group.row, group.traits);
        known = find(decided_, key);
    }
    if (known == nullptr)
        add(decided_, key, group);
    else
        join(*known, group);
}

void Aggregation::set_runs(Group& group, const SeveralRuns* several) {
    if (several != nullptr) {
        group.runs = RunSet(several->runs);
        group.example = several->example;
        group.judged = several->judged;
    }
}

// Whether the check equals the last one in everything that group_key_of() makes its key from.
bool Aggregation::is_again(const Last& last, const AnnotatedCheck& check) {
    return last.question != 0 && last.question == check.question && last.image == check.image_id &&
           last.phase == check.phase && last.phase_open == check.phase_open && last.apart == check.apart;
}

std::size_t Aggregation::asked_as(Group& group, const GroupKey& key) {
    const auto found = std::ranges::find(group.asked_as, key, &AskedAs::key);
    if (found != group.asked_as.end())
        return static_cast<std::size_t>(found - group.asked_as.begin());
    group.asked_as.push_back({key, 0});
    return group.asked_as.size() - 1;
}

void Aggregation::on(const AnnotatedCheck& check) {
    const LookUp look_up{check.process, check.looked_for, check.row.order};
    const Asker asker{check.process_index, check.program};
    if (is_again(last_, check)) {
        add_saturated(last_.group->count, check.count);
        if (remembers_)
            add_saturated(last_.group->asked_as[last_.asked].count, check.count);
        look(*last_.group, look_up);
        add_asker(*last_.group, asker);
        return;
    }
    last_ = {};
    if (remembers_)
        stages_.note(check);
    const CheckTraits traits = traits_of(check);
    const auto make = [&] {
        Group group{check.row, traits, check.count, check.process, check.comm_id, check.stack};
        group.judged.chosen = check.judgement.by_choice;
        group.home = check.home;
        look(group, look_up);
        add_asker(group, asker);
        if (remembers_)
            group.asked_as.push_back({group_key_of(check.row, traits), check.count});
        return group;
    };
    if (check.several != nullptr) {  // all different, most likely
        Group group = make();
        set_runs(group, check.several);
        add_decided(std::move(group));
        return;
    }
    const GroupKey key = group_key_of(check.row, traits);
    if (Group* known =
            check.phase_open ? find_staged(check.row.thread, key) : find(traits.open ? open_ : decided_, key)) {
        add_saturated(known->count, check.count);
        look(*known, look_up);
        add_asker(*known, asker);
        if (!known->row.user_stack && check.row.user_stack)
            take_example(*known, make());
        const std::size_t asked = remembers_ ? asked_as(*known, key) : 0;
        if (remembers_)
            add_saturated(known->asked_as[asked].count, check.count);
        last_ = {check.question, check.image_id, check.phase, check.phase_open, check.apart, known, asked};
    } else if (check.phase_open) {
        add_staged(check.row.thread, key, make());
    } else {
        add_settled(key, make());
    }
}

// A check that is not needed stays so, unless its site may still turn out to be another one.
void Aggregation::add_asker(Group& group, Asker asker) {
    if (!group.traits.open && rule_at(group.traits.judgement.rule).verdict == Verdict::not_needed)
        return;
    if (askers_ >= max_askers) {
        limits_reached_ = true;
        return;
    }
    askers_ += group.askers.add(asker);
}

void Aggregation::take_example(Group& known, const Group& better) {
    known.row = better.row;
    known.process = better.process;
    known.comm = better.comm;
    known.stack = better.stack;
    known.home = better.home;
}

void Aggregation::join(Group& known, const Group& more) {
    add_saturated(known.count, more.count);
    known.runs |= more.runs;
    askers_ += known.askers.add(more.askers) - static_cast<std::ptrdiff_t>(more.askers.size());
    known.asked_as.insert(known.asked_as.end(), more.asked_as.begin(), more.asked_as.end());
    for (const LookUp& look_up : more.looked_for)
        look(known, look_up);
    if (known.runs.empty() && !known.row.user_stack && more.row.user_stack)
        take_example(known, more);
}

Aggregation::Group* Aggregation::find_staged(std::uint64_t thread, const GroupKey& key) {
    const auto staged = staged_.find(thread);
    if (staged == staged_.end())
        return nullptr;
    const auto known = staged->second.numbers.find(key);
    return known != staged->second.numbers.end() ? &staged->second.groups[known->second] : nullptr;
}

void Aggregation::add_staged(std::uint64_t thread, const GroupKey& key, Group group) {
    if (staged_groups_ >= max_staged) {
        limits_reached_ = true;
        add_settled(key, std::move(group));
        return;
    }
    Staged& staged =
        staged_.try_emplace(thread, Staged{Numbers(0, decided_.numbers.hash_function()), {}}).first->second;
    staged.numbers.emplace(key, static_cast<std::uint32_t>(staged.groups.size()));
    staged.groups.push_back(std::move(group));
    ++staged_groups_;
}

void Aggregation::add_settled(const GroupKey& key, Group group) {
    if (!group.traits.open) {
        add_decided(std::move(group));
    } else if (Group* known = find(open_, key)) {
        join(*known, group);
    } else if (open_.groups.size() < max_open) {
        add(open_, key, group);
    } else {
        limits_reached_ = true;
        add_decided(std::move(group));
    }
}

void Aggregation::settle(Staged& staged, Phase phase) {
    staged_groups_ -= staged.groups.size();
    for (Group& group : staged.groups) {
        group.traits.phase = phase;
        const GroupKey key = group_key_of(group.row, group.traits);
        add_settled(key, std::move(group));
    }
}

void Aggregation::on(const StageEnd& end) {
    last_ = {};
    stages_.note(end);
    const auto staged = staged_.find(end.thread);
    if (staged != staged_.end()) {
        settle(staged->second, end.phase);
        staged_.erase(staged);
    }
}

// This is a reason without a check, so its count is 0.
void Aggregation::on(const UnaskedNeed& need) {
    last_ = {};
    JudgedRun judged;
    if (need.several != nullptr) {
        judged.monitors = need.several->judged.monitors;
        judged.went_well = need.several->judged.went_well && need.why != NotAsked::kept;
    }
    CheckTraits traits{
        .image = need.place.image,
        .site = need.site,
        .error = need.error,
        .outcome = need.outcome,
        .phase = need.stage.phase,
        .tgid = need.place.tgid,
        .judgement = judgement_of_not_asked(need, judged),
        .around = {},
        .apart = need.apart,
    };
    traits.around.credential_after = need.target_credential;
    Group group{need.row, traits, 0, need.process, need.place.comm, StackId(), need.why, need.site_stack};
    group.traits.around.given_up = need.given_up;
    group.home = need.place.home;
    set_runs(group, need.several);
    if (need.given_up == GivenUp::no && !need.inside)
        add_asker(group, {need.place.process, need.place.program});
    const GroupKey key = group_key_of(group.row, traits);
    if (!need.stage.open)
        add_decided(std::move(group));
    else if (Group* known = find_staged(need.row.thread, key))
        join(*known, group);
    else
        add_staged(need.row.thread, key, std::move(group));
}

void Aggregation::on(const Executed& executed) {
    for (const std::uint64_t process : executed.processes)
        if (process != 0 && executed_.size() < max_executed)
            executed_.insert_or_assign(mix_bits(process ^ executed.name), executed.order);
}

void Aggregation::look(Group& group, const LookUp& look_up) {
    if (look_up.name == 0 || group.looked_for.size() >= max_looked_for)
        return;
    const auto known = std::ranges::find_if(group.looked_for, [&](const LookUp& each) {
        return each.name == look_up.name && each.process == look_up.process;
    });
    if (known == group.looked_for.end())
        group.looked_for.push_back(look_up);
    else
        known->order = std::max(known->order, look_up.order);
}

}  // namespace caprec
