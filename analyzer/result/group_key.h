// SPDX-License-Identifier: Apache-2.0
//
// Checks that a report tells as one are a group: these are the properties by which groups differ.
#pragma once

#include <array>
#include <cstdint>

#include "analyzer/follow/annotated_check.h"

namespace caprec {

// The properties that the checks of a group have in common, beside the row.
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

struct GroupKey {
    std::uint64_t what = 0;  // capability, result, outcome, ABI and all other small things, each some of its bits
    std::uint64_t syscall = 0;
    std::uint64_t any_of = 0, held_more = 0;
    // Open checks have these; for others they are 0, so that checks are counted together when these no longer matter.
    std::uint64_t check_key = 0, flags = 0;  // those of the row
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
    friend bool operator==(const GroupKey&, const GroupKey&) = default;
};
struct GroupKeyHash {
    GroupKeyHash();
    std::uint64_t operator()(const GroupKey& key) const;
    std::array<std::uint64_t, 20> factors;
};

CheckTraits traits_of(const AnnotatedCheck& check);
GroupKey group_key_of(const CheckRow& row, const CheckTraits& traits);
// Whether the key has the verdict, the set and the site of these traits.
bool is_said_by(const GroupKey& key, const CheckTraits& traits);

}  // namespace caprec
