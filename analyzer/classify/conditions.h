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
bool overcommit_likely(const CheckFacts& f);  // judged by the syscall, as there are no names

// Credentials and user namespaces.
bool in_interrupt(const CheckFacts& f);
bool kept_credential(const CheckFacts& f);     // not the task's own, but that of an opener, a mounter or a tracer
bool foreign_credential(const CheckFacts& f);  // ... who is not of the run
bool inside_own_namespace(const CheckFacts& f);
bool owns_target_namespace(const CheckFacts& f);
bool asks_for_real_user(const CheckFacts& f);  // access(2) by a real user who is not root: no capability counts for it
bool holds_bit(const CheckFacts& f);

// Results.
bool interrupted(const CheckFacts& f);       // EINTR, or an error that makes the kernel start again
bool refused_by_site(const CheckFacts& f);   // the error is one that a refusal at this site leads to
bool failed_for_it(const CheckFacts& f);     // denied, and the call failed for it: in its result, or silently
bool failed_in_answer(const CheckFacts& f);  // netlink's answer is another error
bool settled_by_alternative(const CheckFacts& f);
bool compares_same_sets(const CheckFacts& f);  // asked only because the sets of two processes of the run differ
bool looks_up_names(const CheckFacts& f);      // a program that records performance events

// Answers to SiteTest.  Nothing: the recording does not tell.
std::optional<bool> allowed_otherwise(const CheckFacts& f);  // for classes asked first: the other condition holds
std::optional<bool> keeps_setgid_bit(const CheckFacts& f);
bool maps_root(const CheckFacts& f);  // uid 0 of the outside writes the map of a user namespace of the run
bool groups_unchanged(const CheckFacts& f);
CapabilitySet would_do(const CheckFacts& f);  // the capability, and the members of known->any_of that count here
bool others_would_do(const CheckFacts& f);

inline constexpr std::uint64_t new_namespace_flags = 0x7e020080;  // CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET,TIME}

}  // namespace caprec::conditions
