// SPDX-License-Identifier: Apache-2.0
//
// Conditions that rules are made of.  Each looks at one thing; none knows of verdicts.
#pragma once

#include "analyzer/classify/rule.h"

namespace caprec::conditions {

// The memory-overcommit test.
bool overcommit_question(const CheckFacts& f);
bool overcommit_strict(const CheckFacts& f);
bool without_symbols(const CheckFacts& f);    // no frame of the kernel has a name
bool overcommit_likely(const CheckFacts& f);  // by the syscall, when there are no names

// Credentials and user namespaces.
bool in_interrupt(const CheckFacts& f);
bool foreign_credential(const CheckFacts& f);
bool inside_own_namespace(const CheckFacts& f);
bool owns_target_namespace(const CheckFacts& f);
bool holds_bit(const CheckFacts& f);

// Results.
bool interrupted(const CheckFacts& f);      // EINTR, or an error that makes the kernel start again
bool refused_by_site(const CheckFacts& f);  // with an error that a refusal at this site leads to
bool settled_by_alternative(const CheckFacts& f);

// What SiteTest asks.  Nothing: the recording does not tell.
std::optional<bool> allowed_otherwise(const CheckFacts& f);  // the condition of a class that is asked first holds
std::optional<bool> keeps_setgid_bit(const CheckFacts& f);
bool maps_root(const CheckFacts& f);  // writes the map of a user namespace of the run, as uid 0 of the outside
bool groups_unchanged(const CheckFacts& f);
CapabilitySet would_do(const CheckFacts& f);  // the capability, and those of known->any_of that count here
bool others_would_do(const CheckFacts& f);

inline constexpr std::uint64_t new_namespace_flags = 0x7e020080;  // CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET,TIME}

}  // namespace caprec::conditions
