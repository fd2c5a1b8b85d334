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
    return mix_bits(key.what * factors[0] + key.syscall * factors[1] + key.key * factors[2] +
                    (std::uint64_t{key.image} << 32 | key.site) * factors[3] +
                    static_cast<std::uint32_t>(key.error) * factors[4] + key.denied_before * factors[5] +
                    key.granted_after * factors[6] + key.credential_after * factors[7]);
}

Aggregation::KeyHash::KeyHash() {
    const IdHash random;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        factors[i] = random(i) | 1;
    }
}

Aggregation::Key Aggregation::key_of(const CheckRow& row, const Traits& traits, bool unwalked) {
    Key key;
    key.what = row.capability | std::uint64_t{row.granted()} << 8 | static_cast<std::uint64_t>(traits.outcome) << 9 |
               static_cast<std::uint64_t>(traits.phase) << 12 | std::min<std::uint64_t>(row.abi, 255) << 16 |
               std::uint64_t{unwalked ? 0 : traits.judgement.rule} << 32;
    key.syscall = row.syscall;
    key.key = unwalked ? row.key : 0;
    if (unwalked) {
        key.denied_before = traits.around.denied_before.bits();
        key.granted_after = traits.around.granted_after.bits();
        key.what |= std::uint64_t{traits.around.asked_again} << 13;
        key.credential_after = traits.around.credential_after;
    }
    key.image = traits.image;
    key.site = unwalked ? 0 : traits.site;
    key.error = traits.error;
    return key;
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
    Key key = key_of(group.row, group.traits, false);
    Group* known = find(decided_, key);
    if (known == nullptr && decided_.groups.size() >= max_groups) {
        limits_reached_ = true;
        group.traits.image = Images::other;
        group.traits.site = KernelStacks::unknown_site;
        group.traits.error = 0;
        group.row.abi = group.row.syscall = group.row.object = 0;
        group.stack = 0;
        key = key_of(group.row, group.traits, false);
        known = find(decided_, key);
    }
    if (known == nullptr) {
        add(decided_, key, group);
    } else {
        add_saturated(known->count, group.count);
    }
}

void Aggregation::on(const AnnotatedCheck& check) {
    const bool unwalked = check.site_inherited || check.site_ambiguous;
    const Traits traits{
        .image = check.image_index,
        .site = check.site_index,
        .error = check.error().value_or(0),
        .outcome = check.outcome,
        .phase = check.phase,
        .judgement = {check.rule_index, check.known, check.by_syscall, check.any_of, {}},
        .around = check.around,
    };
    if (check.not_asked) {
        add_not_asked(check, traits);
    }
    Table& table = unwalked ? unwalked_ : decided_;
    const Key key = key_of(check.row, traits, unwalked);
    if (Group* known = find(table, key)) {
        add_saturated(known->count, check.count);
        return;
    }
    const Group group{check.row, traits, check.count, check.process, check.comm_id, check.stack, check.tgid};
    if (!unwalked) {
        add_decided(group);
    } else if (unwalked_.groups.size() < max_unwalked) {
        add(unwalked_, key, group);
    } else {
        limits_reached_ = true;
        add_decided(group);
    }
}

// A reason without a check: its count is 0.
void Aggregation::add_not_asked(const AnnotatedCheck& check, Traits traits) {
    traits.judgement = judgement_of_not_asked(*check.not_asked, NotAsked::maps_root);
    CheckRow row = check.row;
    row.capability = *check.not_asked;
    add_decided({row, traits, 0, check.process, check.comm_id, 0, check.tgid});
}

void Aggregation::on(const RaisedCapability& raised) {
    const Traits traits{
        .image = raised.place.image,
        .site = KernelStacks::unknown_site,
        .error = 0,
        .outcome = NoOutcome::known,
        .phase = raised.place.phase,
        .judgement = judgement_of_not_asked(raised.capability, NotAsked::raised),
        .around = {},
    };
    CheckRow row;
    row.order = raised.row.order;
    row.time = raised.row.time;
    row.thread = raised.row.thread;
    row.capability = raised.capability;
    row.abi = raised.row.abi;
    row.syscall = raised.row.syscall;
    row.syscall_sequence = raised.row.syscall_sequence;
    add_decided({row, traits, 0, raised.process, raised.place.comm, 0, raised.place.tgid});
}

void Aggregation::finish(EventStream& stream) {
    for (Group group : unwalked_.groups) {
        const KeySites::Entry* entry = stream.key_sites().find(group.row.key);
        const bool one_site = entry != nullptr && entry->walked && !entry->ambiguous;
        group.traits.site = one_site ? entry->site : KernelStacks::unknown_site;
        group.stack = one_site ? entry->stack : 0;
        group.traits.judgement =
            stream.judge().judge(group.row, stream.stacks().site(group.traits.site),
                                 one_site ? SiteSource::inherited : SiteSource::ambiguous, group.traits.outcome,
                                 group.traits.error, group.traits.around, group.tgid);
        add_decided(group);
    }
    unwalked_ = {};
}

}  // namespace caprec
