// SPDX-License-Identifier: Apache-2.0
#include "analyzer/aggregation.h"

#include <algorithm>

#include "analyzer/classify/classifier.h"
#include "analyzer/judge.h"
#include "analyzer/kernel_stacks.h"
#include "analyzer/key_sites.h"
#include "analyzer/process_tree.h"

namespace caprec {

Aggregation::Aggregation() = default;

// Multilinear, with multipliers that nobody outside knows.
std::uint64_t Aggregation::KeyHash::operator()(const Key& key) const {
    std::uint64_t sum = key.what * factors[0] + key.syscall * factors[1] + key.any_of * factors[2] +
                        (std::uint64_t{key.image} << 32 | key.site) * factors[3] +
                        (std::uint64_t{key.tgid} << 32 | static_cast<std::uint32_t>(key.error)) * factors[4];
    if (key.open) {
        sum += key.key * factors[5] + key.flags * factors[6] + key.denied_before * factors[7] +
               key.granted_after * factors[8] + key.denied_after * factors[9] + key.credential_after * factors[10] +
               key.object * factors[11];
        for (std::size_t at = 0; at < key.args.size(); ++at) {
            sum += key.args[at] * factors[12 + at];
        }
    }
    return mix_bits(sum);
}

Aggregation::KeyHash::KeyHash() {
    const IdHash random;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        factors[i] = random(i) | 1;
    }
}

Aggregation::Key Aggregation::key_of(const CheckRow& row, const Traits& traits) {
    Key key;
    key.what = row.capability | std::uint64_t{row.granted()} << 8 | static_cast<std::uint64_t>(traits.outcome) << 9 |
               static_cast<std::uint64_t>(traits.phase) << 12 | std::min<std::uint64_t>(row.abi, 255) << 16 |
               std::uint64_t{traits.judgement.rule} << 32;
    key.syscall = row.syscall;
    key.any_of = traits.judgement.any_of.bits();
    key.image = traits.image;
    key.site = traits.site;
    key.error = traits.error;
    if (traits.open) {
        add_open(key, row, traits);
    }
    return key;
}

// All that may matter at the end: the answer stays, or it becomes that of a check of no known site; what had none so
// far may get one, where arguments and objects count.
void Aggregation::add_open(Key& key, const CheckRow& row, const Traits& traits) {
    key.open = true;
    key.what |= std::uint64_t{traits.around.asked_again} << 13;
    key.key = row.key;
    key.flags = row.flags;
    key.denied_before = traits.around.denied_before.bits();
    key.granted_after = traits.around.granted_after.bits();
    key.denied_after = traits.around.denied_after.bits();
    key.credential_after = traits.around.credential_after;
    if (traits.source == SiteSource::ambiguous) {
        std::copy(row.args.begin() + 2, row.args.end(), key.args.begin());
        key.object = row.object;
        key.tgid = traits.tgid;
    }
}

Aggregation::Group* Aggregation::find(Table& table, const Key& key) {
    if (table.last.used && table.last.key == key) {
        return &table.groups[table.last.number];
    }
    Recent& recent = table.recent[table.numbers.hash_function()(key) % table.recent.size()];
    if (!recent.used || !(recent.key == key)) {
        const auto known = table.numbers.find(key);
        if (known == table.numbers.end()) {
            return nullptr;
        }
        recent = {key, known->second, true};
    }
    table.last = recent;
    return &table.groups[recent.number];
}

void Aggregation::add(Table& table, const Key& key, const Group& group) {
    table.numbers.emplace(key, static_cast<std::uint32_t>(table.groups.size()));
    table.groups.push_back(group);
}

void Aggregation::add_decided(Group group) {
    group.traits.open = false;
    Key key = key_of(group.row, group.traits);
    Group* known = find(decided_, key);
    if (known == nullptr && decided_.groups.size() >= max_groups) {
        limits_reached_ = true;
        group.traits.image = Images::other;
        group.traits.site = KernelStacks::unknown_site;
        group.traits.error = 0;
        group.row.abi = group.row.syscall = group.row.object = 0;
        group.stack = 0;
        key = key_of(group.row, group.traits);
        known = find(decided_, key);
    }
    if (known == nullptr) {
        add(decided_, key, group);
    } else {
        add_saturated(known->count, group.count);
        known->runs |= group.runs;
    }
}

void Aggregation::set_runs(Group& group, const SeveralRuns* several) {
    if (several != nullptr) {
        group.runs = RunSet(several->runs);
        group.example = several->example;
        group.judged = several->judged;
    }
}

void Aggregation::on(const AnnotatedCheck& check) {
    const Traits traits{
        .image = check.image_index,
        .site = check.site_index,
        .error = check.error().value_or(0),
        .outcome = check.outcome,
        .phase = check.phase,
        .source = check.site_source,
        .open = check.site_open,
        .tgid = check.tgid,
        .judgement = {check.rule_index, check.known, check.by_syscall, check.any_of, {}},
        .around = check.around,
    };
    const auto make = [&] { return Group{check.row, traits, check.count, check.process, check.comm_id, check.stack}; };
    if (check.several != nullptr) {  // all different, most likely
        Group group = make();
        set_runs(group, check.several);
        add_decided(std::move(group));
        return;
    }
    Table& table = traits.open ? open_ : decided_;
    const Key key = key_of(check.row, traits);
    if (Group* known = find(table, key)) {
        add_saturated(known->count, check.count);
        if (known->row.user_stack == 0 && check.row.user_stack != 0) {  // the better example
            known->row = check.row;
            known->process = check.process;
            known->comm = check.comm_id;
            known->stack = check.stack;
        }
        return;
    }
    if (traits.open && open_.groups.size() < max_open) {
        add(open_, key, make());
    } else {
        limits_reached_ = limits_reached_ || traits.open;
        add_decided(make());
    }
}

// A reason without a check: its count is 0.
void Aggregation::on(const UnaskedNeed& need) {
    const Traits traits{
        .image = need.place.image,
        .site = need.site,
        .error = need.error,
        .outcome = need.outcome,
        .phase = need.place.phase,
        .tgid = need.place.tgid,
        .judgement = judgement_of_not_asked(static_cast<unsigned>(need.row.capability), need.why),
        .around = {},
    };
    Group group{need.row, traits, 0, need.process, need.place.comm, 0, need.why, need.site_stack};
    set_runs(group, need.several);
    add_decided(std::move(group));
}

void Aggregation::finish(EventStream& stream) {
    for (Group group : open_.groups) {
        const KeySites::Entry* entry = stream.key_sites().find(group.row.key);
        const bool one_site = entry != nullptr && entry->one_site();
        const SiteSource source = one_site ? SiteSource::inherited : SiteSource::ambiguous;
        if (source != group.traits.source) {
            group.traits.site = one_site ? entry->site : KernelStacks::unknown_site;
            group.stack = one_site ? entry->stack : 0;
            group.traits.source = source;
            group.traits.judgement =
                stream.judge().judge(group.row, stream.stacks().site(group.traits.site), source, group.traits.outcome,
                                     group.traits.error, group.traits.around, group.traits.tgid);
        }
        add_decided(group);
    }
    open_ = {};
}

}  // namespace caprec
