// SPDX-License-Identifier: Apache-2.0
//
// Rules for capabilities that the kernel did not ask for.
#pragma once

#include "analyzer/classify/conditions.h"
#include "analyzer/classify/rule.h"
#include "analyzer/classify/rule_marks.h"
#include "schema/capability_numbers.h"

namespace caprec::rule_tables {

inline constexpr Rule unasked[] = {
    {"denied-own-namespace-unasked",
     "refused inside a user namespace below the one the run began in: nothing of the host is missing; what is missing "
     "inside, whoever made the namespace can give",
     [](const CheckFacts& f) { return f.own_namespace && !f.inside && f.denied(); }, Verdict::not_needed,
     denied_inside},
    {"own-namespace-unasked",
     "never asked for, and needed inside a user namespace below the one the run began in: nothing from outside",
     [](const CheckFacts& f) { return f.own_namespace && !f.inside; }, Verdict::not_needed, inside},
    {"not-asked",
     "never asked for, but needed when uid 0 is mapped into the new user namespace: the kernel looks at what its "
     "creator held, without a check (kernel/user_namespace.c verify_root_map)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::maps_root; }, Verdict::unclassified},
    {"denied-mapping-root-after-drop",
     "never asked for, but needed to map uid 0 into the new user namespace: the write failed, as its creator had given "
     "it up before (kernel/user_namespace.c verify_root_map)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_maps_root && f.around.given_up != GivenUp::no; },
     Verdict::not_needed, given_up},
    {"denied-mapping-root",
     "never asked for, but needed to map uid 0 into the new user namespace: the write failed, as its creator did not "
     "hold "
     "it (kernel/user_namespace.c verify_root_map)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_maps_root; }, Verdict::missing, denial},
    {"raised",
     "never asked for, but added to the inheritable or the ambient set, which fails with EPERM where it is not held: "
     "the kernel compares the sets without a check (security/commoncap.c cap_capset, cap_task_prctl)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::raised; }, Verdict::required},
    {"file-capabilities",
     "never asked for, but a capability of the executed file, whose effective bit is set: execve fails with EPERM, for "
     "root, too, where it is not in the bounding set (security/commoncap.c bprm_caps_from_vfs_caps)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::of_file; }, Verdict::required},
    {"denied-file-after-drop",
     "never asked for, but a capability of the file, whose effective bit is set: execve failed, as the process had "
     "taken it out of its bounding set before (security/commoncap.c bprm_caps_from_vfs_caps)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_of_file && f.around.given_up != GivenUp::no; },
     Verdict::not_needed, given_up},
    {"denied-file-capabilities",
     "never asked for, but a capability of the file, whose effective bit is set: execve failed, as it takes all of "
     "them, and this is not in the bounding set (security/commoncap.c bprm_caps_from_vfs_caps)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_of_file; }, Verdict::missing, denial},
    {"compared-for-names",
     "never asked for; a program that records performance events looked at the files of another process for the names "
     "of what it records: refused, it goes on without them (security/commoncap.c cap_ptrace_access_check)",
     [](const CheckFacts& f) {
         return f.judged.monitors && (f.not_asked == NotAsked::compared || f.not_asked == NotAsked::compared_unknown) &&
                f.row.capability == cap_sys_ptrace;
     },
     Verdict::not_needed, at_end()},
    {"compared-one-of-several",
     "never asked for, but needed by a caller that does not hold all that the other process holds: the kernel compares "
     "the sets "
     "without a check; one of several capabilities would do (security/commoncap.c cap_ptrace_access_check, "
     "kernel/fork.c may_access_mm)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::compared && !f.instead.empty(); }, Verdict::alternative},
    {"compared",
     "never asked for, but needed by a caller that does not hold all that the other process holds: the kernel compares "
     "the sets "
     "without a check (security/commoncap.c cap_ptrace_access_check, cap_safe_nice)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::compared; }, Verdict::required},
    {"compared-unknown",
     "never asked for, but needed by a caller that does not hold all that the other processes hold; those are not in "
     "the "
     "recording (security/commoncap.c cap_ptrace_access_check, cap_safe_nice)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::compared_unknown; }, Verdict::unclassified},

    {"pinned-beyond-limit",
     "never asked for in this call, which pinned more than RLIMIT_MEMLOCK: it was held when the ring was set up "
     "(io_uring/io_uring.c io_uring_create)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::pinned; }, Verdict::required},
    {"denied-pinning",
     "never asked for in this call, which was refused to pin more than RLIMIT_MEMLOCK: it was not held when the ring "
     "was set up (io_uring/io_uring.c io_uring_create)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_pinned; }, Verdict::missing, denial},

    {"kept-seen-without",
     "named in a capset, which fails where it is not permitted (security/commoncap.c cap_capset); but where it was "
     "refused, the program went on without, and the run ended well",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::kept && f.judged.went_well; }, Verdict::not_needed,
     at_end()},
    {"kept-by-capset",
     "never asked for, but named in a capset by a program that had not looked what there is, or was told to keep it: "
     "the call fails with EPERM where it is not permitted (security/commoncap.c cap_capset)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::kept; }, Verdict::required},
    {"denied-capset-after-drop",
     "a capset, or adding to the ambient set, failed as it asked for what the process had given up before "
     "(security/commoncap.c cap_capset, cap_task_prctl)",
     [](const CheckFacts& f) {
         return (f.not_asked == NotAsked::not_permitted || f.not_asked == NotAsked::not_inheritable) &&
                f.around.given_up != GivenUp::no;
     },
     Verdict::not_needed, given_up},
    {"denied-capset-tolerated",
     "a capset, or adding to the ambient set, failed as it asked for it, in a run that ended well: it went on without "
     "(security/commoncap.c cap_capset, cap_task_prctl)",
     [](const CheckFacts& f) {
         return (f.not_asked == NotAsked::not_permitted || f.not_asked == NotAsked::not_inheritable) &&
                f.judged.went_well;
     },
     Verdict::not_needed, at_end(tolerated)},
    {"denied-capset-permitted",
     "a capset, or adding to the ambient set, failed as it asked for it, and it is not in the permitted set "
     "(security/commoncap.c cap_capset, cap_task_prctl)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_permitted; }, Verdict::missing, denial},
    {"denied-capset-inheritable",
     "a capset failed as it asked for it to be inheritable, which takes holding it, or CAP_SETPCAP "
     "(security/commoncap.c cap_capset)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_inheritable; }, Verdict::missing, denial},
};

}  // namespace caprec::rule_tables
