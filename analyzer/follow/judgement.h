// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "analyzer/classify/rule.h"
#include "schema/capability.h"

namespace caprec {

// The verdict on a check, and its grounds.
struct Judgement {
    RuleId rule{};                        // the rule, for rule_at()
    bool by_syscall = false;              // `known` is about the syscall, as the kernel's symbols are missing
    bool by_choice = false;               // about `inside`: somebody had made the credential's bounding set smaller
    const SiteRow* known = nullptr;       // the row of the knowledge file that the rule looked at; null: none
    CapabilitySet any_of{};               // the capability, or any one of several, would have met the need
    std::optional<unsigned> not_asked{};  // needed as well, though the kernel did not ask for it
    // For a check inside a user namespace of the run's own: the rule, for rule_at(), that says what the answer meant in
    // there.  any_of is then about that.
    std::optional<RuleId> inside = {};
};

}  // namespace caprec
