// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/check_key.h"

#include <algorithm>

#include "analyzer/containers/id_hash.h"

namespace caprec {
namespace {

// Places in CheckKey::what.
constexpr unsigned phase_bit = 12, rule_bit = 32;

// All that may matter at the end: the answer stays, or it becomes that of a check of no known site; what had none so
// far may get one, where arguments and objects count.
void add_open(CheckKey& key, const CheckRow& row, const CheckTraits& traits) {
    key.open = true;
    key.what |= std::uint64_t{traits.around.asked_again} << 13 |
                static_cast<std::uint64_t>(traits.around.acknowledgement) << 14 |
                static_cast<std::uint64_t>(traits.around.given_up) << 24 |
                static_cast<std::uint64_t>(traits.around.whose) << 28;
    key.key = row.key;
    key.flags = row.flags | std::uint64_t{traits.around.names_nothing} << 62 |
                std::uint64_t{traits.around.returned_nothing} << 63;
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

}  // namespace

// Multilinear, with multipliers that nobody outside knows.
std::uint64_t CheckKeyHash::operator()(const CheckKey& key) const {
    std::uint64_t sum = key.what * factors[0] + key.syscall * factors[1] + key.any_of * factors[2] +
                        key.held_more * factors[16] + (std::uint64_t{key.image} << 32 | key.site) * factors[3] +
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

CheckKeyHash::CheckKeyHash() {
    const IdHash random;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        factors[i] = random(i) | 1;
    }
}

CheckTraits traits_of(const AnnotatedCheck& check) {
    return {
        .image = check.image_index,
        .site = check.site_index,
        .error = check.error().value_or(0),
        .outcome = check.outcome,
        .phase = check.phase,
        .source = check.site_source,
        .open = check.site_open,
        .tgid = check.tgid,
        .judgement = {check.rule_index, check.known, check.by_syscall, check.any_of, {}, check.inside, check.by_choice},
        .around = check.around,
    };
}

CheckKey key_of(const CheckRow& row, const CheckTraits& traits) {
    CheckKey key;
    key.what = row.capability | std::uint64_t{row.granted()} << 8 | static_cast<std::uint64_t>(traits.outcome) << 9 |
               static_cast<std::uint64_t>(traits.phase) << phase_bit | std::min<std::uint64_t>(row.abi, 255) << 16 |
               std::uint64_t{traits.judgement.by_choice} << 28 | std::uint64_t{traits.judgement.rule} << rule_bit |
               (traits.judgement.inside ? std::uint64_t{*traits.judgement.inside} + 1 : 0) << 48;
    key.syscall = row.syscall;
    key.any_of = traits.judgement.any_of.bits();
    key.held_more = traits.around.held_more.bits();
    key.image = traits.image;
    key.site = traits.site;
    key.error = traits.error;
    if (traits.open) {
        add_open(key, row, traits);
    }
    return key;
}

CheckKey without_phase(CheckKey key) {
    key.what &= ~(std::uint64_t{1} << phase_bit);
    return key;
}

std::uint32_t rule_of(const CheckKey& key) { return key.what >> rule_bit & 0xffff; }

bool is_said_by(const CheckKey& key, const CheckTraits& traits) {
    return rule_of(key) == traits.judgement.rule && key.any_of == traits.judgement.any_of.bits() &&
           key.site == traits.site;
}

}  // namespace caprec
