// SPDX-License-Identifier: Apache-2.0
//
// The properties by which a report tells kinds of check apart.
#pragma once

#include <array>
#include <cstdint>

#include "analyzer/follow/annotated_check.h"

namespace caprec {

// The properties that the checks of a kind have in common, beside the row.
struct CheckTraits {
    ImageId image{};
    SiteId site{};
    std::int32_t error = 0;
    NoOutcome outcome = NoOutcome::known;
    Phase phase = Phase::startup;
    SiteSource source = SiteSource::walked;
    bool open = false;  // the site may still turn out to be another one
    std::uint32_t tgid = 0;
    Judgement judgement;
    Surroundings around;
    Apart apart = {};
};

struct CheckKey {
    std::uint64_t what = 0;  // capability, result, outcome, ABI and all other small things, packed
    std::uint64_t syscall = 0;
    std::uint64_t any_of = 0, held_more = 0;
    // Open checks have these; for others they are 0, so that checks are counted together when these no longer matter.
    std::uint64_t key = 0, flags = 0;
    std::uint64_t denied_before = 0, granted_after = 0, denied_after = 0;
    CredentialId credential_after{};
    // Open checks that were judged without a site have these, others 0.  The first two arguments are in the key.
    std::array<std::uint64_t, 4> args{};
    ObjectId object{};
    std::uint32_t tgid = 0;
    ImageId image{};
    SiteId site{};
    RuleId rule{};  // for rule_at()
    std::int32_t error = 0;
    Phase phase = Phase::startup;
    bool open = false;
    Apart apart = {};
    friend bool operator==(const CheckKey&, const CheckKey&) = default;
};
struct CheckKeyHash {
    CheckKeyHash();
    std::uint64_t operator()(const CheckKey& key) const;
    std::array<std::uint64_t, 20> factors;
};

CheckTraits traits_of(const AnnotatedCheck& check);
CheckKey key_of(const CheckRow& row, const CheckTraits& traits);
// Whether the key has the verdict, the set and the site of these traits.
bool is_said_by(const CheckKey& key, const CheckTraits& traits);

}  // namespace caprec
