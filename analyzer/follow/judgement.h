// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "analyzer/classify/rule.h"
#include "schema/capability.h"

namespace caprec {

// The verdict on a check, and its grounds.
struct Judgement {
    RuleId rule{};                        // for rule_at()
    bool by_syscall = false;              // `known` is about the syscall, as the kernel's symbols are missing
    bool by_choice = false;               // of `inside`: somebody had made the bounding set of the credential smaller
    const SiteRow* known = nullptr;       // the row of the knowledge file that the rule looked at; null: none
    CapabilitySet any_of{};               // what would have met the need: the capability, or any of several
    std::optional<unsigned> not_asked{};  // needed as well, though the kernel did not ask for it
    // For a check inside a user namespace of the run's own: what the answer meant in there, for rule_at();
    // any_of is then about that.
    std::optional<RuleId> inside = {};
};

}  // namespace caprec
