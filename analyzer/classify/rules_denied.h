// SPDX-License-Identifier: Apache-2.0
//
// Rules for denied checks: none of them tests that the check was denied.  The last one matches everything.
#pragma once

#include "analyzer/classify/conditions.h"
#include "analyzer/classify/rule.h"
#include "analyzer/classify/rule_marks.h"
#include "schema/capability_numbers.h"

namespace caprec::rule_tables {

inline constexpr Rule denied[] = {
    // Denied: first what the place in the kernel says, then what came of the syscall.
    {"denied-access-real-user",
     "denied, and access(2) said no: it asks about the real user, and of one who is not root the kernel takes all "
     "capabilities away for it (fs/open.c access_override_creds)",
     [](const CheckFacts& f) { return f.is(SiteClass::probe) && refused_by_site(f) && asks_for_real_user(f); },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-access-answer",
     "denied, and access(2) said no for it; what the program made of the answer is not in the recording",
     [](const CheckFacts& f) {
         return f.is(SiteClass::probe) && f.syscall.asks_for_access && refused_by_site(f) &&
                f.around.granted_after.empty() && f.around.given_up == GivenUp::no;
     },
     Verdict::missing, at_site(denial)},
    {"denied-shows-less", "denied: the call succeeded, but what it showed is less than there is, and nothing says so",
     [](const CheckFacts& f) {
         return f.is(SiteClass::shows) && f.succeeded() && allowed_otherwise(f) != std::optional(true) &&
                f.around.granted_after.empty() && f.around.given_up == GivenUp::no;
     },
     Verdict::missing, at_site(denial)},
    {"denied-names-nothing",
     "denied for a netlink request that is all zero and would have changed nothing: a probe for what the kernel knows",
     [](const CheckFacts& f) { return test_says(f, SiteTest::names_nothing, true); }, Verdict::not_needed, tolerated},
    {"denied-advisory", "denied where a refusal fails nothing",
     [](const CheckFacts& f) {
         const bool fails = f.known != nullptr && !f.known->refusals.empty() && refused_by_site(f);
         const bool shows_nothing = f.is(SiteClass::shows) && (f.error || allowed_otherwise(f).value_or(false) ||
                                                               !f.around.granted_after.empty());
         return (f.is(SiteClass::advisory) || f.is(SiteClass::probe) || shows_nothing) && !fails;
     },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-alternative-granted", "denied, but another capability that does as well was asked next, and granted",
     settled_by_alternative, Verdict::not_needed, at_site(denial)},
    {"denied-no-setgid-bit", "denied, but the mode given has no set-group-ID bit to lose",
     [](const CheckFacts& f) { return f.test(SiteTest::setgid_bit) && keeps_setgid_bit(f) == std::optional(false); },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-capset",
     "denied, as every capset asks for it; it fails where a set is to grow beyond what is held, which is said of what "
     "was asked for, when that is in the recording: inconclusive",
     [](const CheckFacts& f) { return f.test(SiteTest::inheritable_within) && refused_by_site(f); },
     Verdict::not_needed, inconclusive},
    {"denied-io-uring", "denied in io_uring: the result is in the completion, which is not recorded: inconclusive",
     [](const CheckFacts& f) { return (f.flag(check_io_worker) || f.syscall.result_elsewhere); }, Verdict::not_needed,
     at_site(inconclusive)},
    {"denied-lost-by-setid",
     "lost by setuid: denied, and held before; all went when the last id of 0 was given up (security/commoncap.c "
     "cap_emulate_setxuid)",
     [](const CheckFacts& f) { return f.around.given_up == GivenUp::by_set_id && failed_for_it(f); },
     Verdict::not_needed, at_site(given_up)},
    {"denied-lost-by-capset",
     "lost by capset: denied, and held before; the process left it out of its own sets (security/commoncap.c "
     "cap_capset)",
     [](const CheckFacts& f) { return f.around.given_up == GivenUp::by_capset && failed_for_it(f); },
     Verdict::not_needed, at_site(given_up)},
    {"denied-lost-after-look",
     "lost by capset: denied, and held before; the process left it out of its own sets after it had looked what there "
     "is (capget): given more, it may keep it",
     [](const CheckFacts& f) { return f.around.given_up == GivenUp::after_look && failed_for_it(f); },
     Verdict::not_needed, at_site(given_up)},
    {"denied-lost-by-prctl",
     "lost by prctl: denied, and held before; it was dropped from the bounding set, and gone with the next exec "
     "(security/commoncap.c cap_prctl_drop)",
     [](const CheckFacts& f) { return f.around.given_up == GivenUp::by_prctl && failed_for_it(f); },
     Verdict::not_needed, at_site(given_up)},
    {"denied-lost-by-exec",
     "lost by exec: denied, and held before; not being root, and without the ambient set, it did not outlive an exec "
     "(security/commoncap.c cap_bprm_creds_from_file)",
     [](const CheckFacts& f) { return f.around.given_up == GivenUp::by_exec && failed_for_it(f); }, Verdict::not_needed,
     at_site(given_up)},
    {"denied-lost-by-namespace",
     "lost by unshare: denied, and held before; the process went into a user namespace of its own, which has nothing "
     "outside (kernel/user_namespace.c set_cred_user_ns)",
     [](const CheckFacts& f) { return f.around.given_up == GivenUp::by_namespace && failed_for_it(f); },
     Verdict::not_needed, at_site(given_up)},
    {"denied-not-in-effect",
     "not in effect: denied, though the process holds it; it took it out of its effective set itself, as seteuid, "
     "setfsuid and capset do (security/commoncap.c cap_task_fix_setuid)",
     [](const CheckFacts& f) { return f.around.given_up == GivenUp::not_in_effect && failed_for_it(f); },
     Verdict::not_needed, at_site(given_up)},
    {"denied-look-up",
     "denied in a look-up, as along a PATH or a list of places, in a run that ended well, or that found a program of "
     "this name in another place: it went on without",
     [](const CheckFacts& f) { return f.judged.went_well && f.syscall.looks_up && refused_by_site(f); },
     Verdict::not_needed, at_end(at_site(tolerated))},
    {"denied-limit",
     "denied to raise a limit, or to be spared when memory runs out, in a run that ended well: it went on with what "
     "there was",
     [](const CheckFacts& f) {
         return f.judged.went_well && (f.syscall.sets_limit || f.site.symbol == "__set_oom_adj") &&
                f.row.capability == cap_sys_resource && refused_by_site(f);
     },
     Verdict::not_needed, at_end(at_site(tolerated))},
    {"denied-silently", "denied: nothing was done, and the syscall does not say so",
     [](const CheckFacts& f) {
         return f.outcome_known() && f.known != nullptr && f.known->refused_silently &&
                allowed_otherwise(f) != std::optional(true);
     },
     Verdict::missing, at_site(denial)},
    {"denied-in-ack", "denied: the refusal comes in the netlink acknowledgement, while the sending itself succeeds",
     [](const CheckFacts& f) {
         return f.succeeded() && f.known != nullptr && f.known->refused_in_ack &&
                (f.around.acknowledgement == Acknowledgement::unknown || f.refused_in_answer());
     },
     Verdict::missing, at_site(denial)},
    {"denied-tolerated", "denied, and the syscall succeeded all the same",
     [](const CheckFacts& f) { return f.succeeded(); }, Verdict::not_needed, tolerated},
    {"denied-outside",
     "held in a user namespace of the run's own, and asked for in the one around it: nobody in there can have it, "
     "whatever it is started with (security/commoncap.c cap_capable)",
     [](const CheckFacts& f) {
         return refused_by_site(f) && holds_bit(f) && f.run.home_known && f.target_namespace != nullptr &&
                f.credential_namespace != nullptr && *f.target_namespace == f.run.home &&
                f.credential_namespace->level > f.run.home.level;
     },
     Verdict::not_needed, at_site(given_up)},
    {"denied-other-namespace",
     "held, but in another user namespace than the one asked for; the syscall failed for it "
     "(security/commoncap.c cap_capable)",
     [](const CheckFacts& f) { return refused_by_site(f) && holds_bit(f); }, Verdict::missing, at_site(denial)},
    {"denied-and-refused", "denied, and the syscall failed with the error of a refusal",
     [](const CheckFacts& f) { return refused_by_site(f); }, Verdict::missing, at_site(denial)},
    {"denied-interrupted", "denied, but the syscall was interrupted before its result said anything: inconclusive",
     [](const CheckFacts& f) { return interrupted(f); }, Verdict::not_needed, inconclusive},
    {"denied-other-error", "denied, but the syscall failed for another reason",
     [](const CheckFacts& f) { return f.error.has_value(); }, Verdict::not_needed, tolerated},
    {"denied-outside-syscall",
     "denied outside any syscall of the program, so no result tells what it meant: inconclusive",
     [](const CheckFacts& f) { return f.outcome == NoOutcome::no_syscall; }, Verdict::not_needed, inconclusive},
    {"denied-outcome-unknown", "denied, and the result of the syscall is not known: inconclusive",
     [](const CheckFacts&) { return true; }, Verdict::not_needed, inconclusive},
};

}  // namespace caprec::rule_tables
