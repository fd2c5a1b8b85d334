// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/group_key.h"

#include <algorithm>
#include <bit>

#include "analyzer/containers/id_hash.h"
#include "schema/enum_table.h"
#include "schema/member_count.h"

namespace caprec {
namespace {

// Packs small numbers side by side into one word: no two overlap.
class BitWord {
public:
    template <unsigned bits> void add(std::uint64_t value) {
        word_ |= (value & ((std::uint64_t{1} << bits) - 1)) << used_;
        used_ += bits;
    }
    template <class Enum> void add(Enum value) { add<bits_of<Enum>>(static_cast<std::uint64_t>(value)); }
    std::uint64_t word() const { return word_; }

    template <class Enum> static constexpr unsigned bits_of = std::bit_width(enum_size<Enum> - 1);

private:
    std::uint64_t word_ = 0;
    unsigned used_ = 0;
};
constexpr unsigned capability_bits = 6, abi_bits = 8, rule_bits = 16;
static_assert(capability_bits + abi_bits + rule_bits + BitWord::bits_of<NoOutcome> + BitWord::bits_of<Acknowledgement> +
                  BitWord::bits_of<GivenUp> + BitWord::bits_of<Whose> + 5 <=
              64);

// Adds all that may matter at the end: the answer stays, or becomes that of a check with no known site; a check that
// has had no site may get one, where arguments and objects count.
void add_open(GroupKey& key, BitWord& small, const CheckRow& row, const CheckTraits& traits) {
    const auto& [denied_before, granted_after, denied_after, asked_again, given_up, acknowledgement, names_nothing,
                 returned_nothing, credential_after, whose, held_more] = traits.around;  // each of them is used
    key.open = true;
    small.add<1>(asked_again);
    small.add(acknowledgement);
    small.add(given_up);
    small.add(whose);
    small.add<1>(names_nothing);
    small.add<1>(returned_nothing);
    key.check_key = row.key;
    key.flags = row.flags;
    key.denied_before = denied_before.bits();
    key.granted_after = granted_after.bits();
    key.denied_after = denied_after.bits();
    key.credential_after = credential_after;
    if (traits.source == SiteSource::ambiguous) {
        std::copy(row.args.begin() + 2, row.args.end(), key.args.begin());
        key.object = row.object;
        key.tgid = traits.tgid;
    }
}

}  // namespace

// A multilinear hash, with multipliers that nobody outside knows.
std::uint64_t GroupKeyHash::operator()(const GroupKey& key) const {
    std::uint64_t sum = key.what * factors[0] + key.syscall * factors[1] + key.any_of * factors[2] +
                        key.held_more * factors[16] +
                        (std::uint64_t{key.rule.value()} << 8 | static_cast<std::uint64_t>(key.phase)) * factors[17] +
                        (std::uint64_t{key.image.value()} << 32 | key.site.value()) * factors[3] +
                        (std::uint64_t{key.tgid} << 32 | static_cast<std::uint32_t>(key.error)) * factors[4];
    if (key.apart != Apart())
        sum += (std::uint64_t{key.apart.keeper.value()} << 1 | (key.apart.selected ? 1 : 0)) * factors[18] +
               key.apart.user * factors[19];
    if (key.open) {
        sum += key.check_key * factors[5] + key.flags * factors[6] + key.denied_before * factors[7] +
               key.granted_after * factors[8] + key.denied_after * factors[9] +
               key.credential_after.value() * factors[10] + key.object.value() * factors[11];
        for (std::size_t at = 0; at < key.args.size(); ++at)
            sum += key.args[at] * factors[12 + at];
    }
    return mix_bits(sum);
}

GroupKeyHash::GroupKeyHash() {
    const IdHash random;
    for (std::size_t i = 0; i < factors.size(); ++i)
        factors[i] = random(i) | 1;
}

static_assert(member_count<CheckTraits>() == 11 && member_count<GroupKey>() == 20,
              "what the checks of a group have in common is filled in below; what tells groups apart is hashed above");

CheckTraits traits_of(const AnnotatedCheck& check) {
    return {
        .image = check.image_id,
        .site = check.site_id,
        .error = check.error().value_or(0),
        .outcome = check.outcome,
        .phase = check.phase,
        .source = check.site_source,
        .open = check.site_open,
        .tgid = check.tgid,
        .judgement = check.judgement,
        .around = check.around,
        .apart = check.apart,
    };
}

GroupKey group_key_of(const CheckRow& row, const CheckTraits& traits) {
    const auto& [rule, by_syscall, by_choice, known, any_of, not_asked, inside] = traits.judgement;
    GroupKey key;
    BitWord small;
    small.add<capability_bits>(row.capability);
    small.add<1>(row.granted());
    small.add<abi_bits>(std::min<std::uint64_t>(row.abi, 255));
    small.add(traits.outcome);
    small.add<1>(by_choice);
    small.add<rule_bits>(inside ? inside->value() + 1 : 0);
    key.rule = rule;
    key.phase = traits.phase;
    key.syscall = row.syscall;
    key.any_of = any_of.bits();
    key.held_more = traits.around.held_more.bits();  // for every check: add_open() adds the others
    key.image = traits.image;
    key.site = traits.site;
    key.error = traits.error;
    key.apart = traits.apart;
    if (traits.open)
        add_open(key, small, row, traits);
    key.what = small.word();
    return key;
}

bool is_said_by(const GroupKey& key, const CheckTraits& traits) {
    return key.rule == traits.judgement.rule && key.any_of == traits.judgement.any_of.bits() && key.site == traits.site;
}

}  // namespace caprec
