// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/analysis.h"
#include "analyzer/policy/policy.h"

namespace caprec {

enum class PolicyFindingKind : std::uint8_t {
    // violations
    not_allowed,    // needed, and no rule allows it
    denied_needed,  // needed and had, which a rule denies
    fails,          // something failed for want of it, and no rule speaks of it
    // notes
    not_given,       // something failed for want of it, and the policy allows it
    once_given,      // not allowed, and needed as soon as what was denied beside it is given
    look_up_denied,  // a look-up was refused for want of it, and no rule speaks of it
};
const char* policy_finding_name(PolicyFindingKind kind);  // "not_allowed"
constexpr bool is_violation(PolicyFindingKind kind) { return kind <= PolicyFindingKind::fails; }

// The part of the policy that comes closest to allowing it: places in Policy::rules and Policy::refusals.
struct Closest {
    std::vector<std::size_t> rules;       // rules about the program, the one about the fewest programs first
    std::optional<std::size_t> namesake;  // when there is none: a rule about a program with the same file name
    std::optional<std::size_t> refusal;   // the refusal that takes it away
};

struct PolicyFinding {
    PolicyFindingKind kind = PolicyFindingKind::not_allowed;
    std::string image;             // path of the executable; empty: not known
    CapabilitySet any_of;          // one of them would do
    bool certain = true;           // false: nobody can tell whether it is needed
    std::optional<Reason> reason;  // an example; nothing: none is recorded
    Closest closest;
    std::size_t runs = 1, of_runs = 1;  // in how many runs of the trace it was seen, and how many there are
};

// Capabilities that a rule allows and no need used: candidates to remove.
struct UnusedAllowance {
    std::size_t rule = 0;  // in Policy::rules
    CapabilitySet capabilities;
    bool program_ran = true;  // false: no program of the run is one that the rule is about
};

// The user that the run was recorded as, when the policy is about another one.
enum class OtherUser : std::uint8_t {
    none,
    root,    // that user may need capabilities for what root owns, or may do unasked: needs may be missing
    nobody,  // not root, though the policy is: what failed may be what root is not asked for
};

struct PolicyResult {
    std::vector<PolicyFinding> findings;  // violations first; then by kind, image and capabilities
    std::vector<UnusedAllowance> unused;  // in the order of the rules
    std::size_t programs = 0;             // how many programs ran whose path is known
    OtherUser recorded_as = OtherUser::none;
    std::vector<KeptNote> kept;  // the part of Analysis::kept that the policy does not give

    bool fits() const { return findings.empty() || !is_violation(findings.front().kind); }
};

// Whether the policy allows what was needed, in an analysis with by_program and need_reasons.  Each need must have a
// member that a rule allows for its program and none denies.  When several members of a need are allowed, the one in
// the minimal set within the allowed ones counts as used.  Checks of the recorder before the command ran are nobody's
// need.
PolicyResult check(const Analysis& analysis, const Policy& policy);

}  // namespace caprec
