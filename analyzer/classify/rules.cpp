// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/rules.h"

#include "analyzer/classify/conditions.h"
#include "schema/capability_numbers.h"

namespace caprec {
namespace {

using namespace conditions;

bool test_says(const CheckFacts& f, SiteTest test, bool answer) {
    return f.test(test) && allowed_otherwise(f) == std::optional(answer);
}

constexpr RuleMarks with_missing{.with_missing = true};
constexpr RuleMarks denial{.denied = true};
constexpr RuleMarks tolerated{.denied = true, .tolerated = true};
constexpr RuleMarks inconclusive{.denied = true, .tolerated = true, .inconclusive = true};
constexpr RuleMarks given_up{.denied = true, .given_up = true};
constexpr RuleMarks refused{.refused = true};
constexpr RuleMarks by_recorder{.by_recorder = true};

constexpr RuleMarks inside{.inside = true};
constexpr RuleMarks denied_inside{.denied = true, .tolerated = true, .inside = true};

constexpr RuleMarks at_site(RuleMarks marks = {}) {
    marks.about_site = true;
    return marks;
}

constexpr Rule table[] = {
    // What the kernel does not ask.
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
     Verdict::not_needed},
    {"compared-one-of-several",
     "never asked for, but needed by who does not hold all that the other process holds: the kernel compares the sets "
     "without a check; one of several capabilities would do (security/commoncap.c cap_ptrace_access_check, "
     "kernel/fork.c may_access_mm)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::compared && !f.instead.empty(); }, Verdict::alternative},
    {"compared",
     "never asked for, but needed by who does not hold all that the other process holds: the kernel compares the sets "
     "without a check (security/commoncap.c cap_ptrace_access_check, cap_safe_nice)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::compared; }, Verdict::required},
    {"compared-unknown",
     "never asked for, but needed by who does not hold all that the other processes hold; those are not in the "
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
     [](const CheckFacts& f) { return f.not_asked == NotAsked::kept && f.judged.went_well; }, Verdict::not_needed},
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
     Verdict::not_needed, tolerated},
    {"denied-capset-permitted",
     "a capset, or adding to the ambient set, failed as it asked for it, and it is not in the permitted set "
     "(security/commoncap.c cap_capset, cap_task_prctl)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_permitted; }, Verdict::missing, denial},
    {"denied-capset-inheritable",
     "a capset failed as it asked for it to be inheritable, which takes holding it, or CAP_SETPCAP "
     "(security/commoncap.c cap_capset)",
     [](const CheckFacts& f) { return f.not_asked == NotAsked::not_inheritable; }, Verdict::missing, denial},

    // Who asked, of whom.
    {"interrupt", "asked in an interrupt, on behalf of another task than the interrupted one (in_task() is false)",
     in_interrupt, Verdict::not_needed},
    {"kernel-thread", "asked in a kernel thread, which holds every capability (PF_KTHREAD)",
     [](const CheckFacts& f) { return f.flag(check_kernel_thread); }, Verdict::not_needed},
    {"before-exec", "asked between the recorder's fork and the command's exec: not the command's own",
     [](const CheckFacts& f) { return f.flag(check_before_exec); }, Verdict::not_needed, by_recorder},

    // The memory-overcommit test.
    {"overcommit-strict-refused",
     "vm.overcommit_memory is 2 and memory ran out: this would have opened the administrator's reserve "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) {
         return overcommit_question(f) && overcommit_strict(f) && f.denied() && f.error == ENOMEM &&
                f.around.given_up == GivenUp::no;
     },
     Verdict::missing, denial},
    {"overcommit-strict",
     "vm.overcommit_memory is 2: whether the administrator's reserve was used cannot be seen "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) { return overcommit_question(f) && overcommit_strict(f) && f.granted(); },
     Verdict::unclassified},
    {"overcommit",
     "the memory-overcommit test asks always; the answer counts only with vm.overcommit_memory=2 "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) { return overcommit_question(f) && f.run.overcommit_memory && !overcommit_strict(f); },
     Verdict::not_needed},
    {"overcommit-unknown-mode",
     "the memory-overcommit test asks always; taken as not counting, though vm.overcommit_memory was not recorded "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) { return overcommit_question(f) && !overcommit_strict(f); }, Verdict::not_needed},
    {"overcommit-without-symbols",
     "looks like the memory-overcommit test by its syscall; kernel symbols, which would prove it, are missing",
     overcommit_likely, Verdict::not_needed},
    {"clone3-without-symbols",
     "the memory-overcommit test or new namespaces; kernel symbols, which would tell, are missing",
     [](const CheckFacts& f) {
         return f.granted() && f.row.capability == cap_sys_admin && without_symbols(f) &&
                f.syscall.new_namespaces_by_memory;
     },
     Verdict::unclassified},

    // Credentials and user namespaces.
    {"denied-lost-before-opening",
     "denied of the credential that the file or the socket was opened with, which had given it up before",
     [](const CheckFacts& f) {
         return f.around.given_up != GivenUp::no && kept_credential(f) && f.known != nullptr && failed_for_it(f);
     },
     Verdict::not_needed, at_site(given_up)},
    {"denied-of-opener", "denied of the credential that the file or the socket was opened with; the call failed for it",
     [](const CheckFacts& f) {
         const bool failed = refused_by_site(f) || (f.known != nullptr && f.known->refused_in_ack && f.succeeded());
         return f.denied() && kept_credential(f) && f.known != nullptr && failed;
     },
     Verdict::missing, at_site(denial)},
    {"foreign-credential-unsure",
     "asked of another credential than the task's own; whether that of a mounter, or of an opener of the run, is not "
     "in "
     "the recording: there were more credentials than the recorder remembers",
     [](const CheckFacts& f) { return f.granted() && foreign_credential(f) && f.flag(check_credential_unsure); },
     Verdict::unclassified, at_site()},
    {"foreign-credential",
     "asked of another credential than the task's own: that of a mounter, an opener or a tracer that is not of the run "
     "(override_creds(), file->f_cred)",
     foreign_credential, Verdict::not_needed},
    {"denied-own-namespace",
     "denied inside a user namespace below the one the run began in: nothing of the host is missing; what is missing "
     "inside, whoever made the namespace can give",
     [](const CheckFacts& f) { return f.denied() && inside_own_namespace(f) && refused_by_site(f); },
     Verdict::not_needed, at_site(denied_inside)},
    {"own-namespace",
     "asked inside a user namespace below the one the run began in: needs nothing from outside "
     "(security/commoncap.c cap_capable)",
     inside_own_namespace, Verdict::not_needed, inside},
    {"namespace-owner",
     "granted because the effective uid owns the target user namespace, whatever it holds "
     "(security/commoncap.c cap_capable)",
     owns_target_namespace, Verdict::not_needed},
    {"namespace-ownership",
     "granted though the credential does not hold it: by ownership of a user namespace "
     "(security/commoncap.c cap_capable)",
     [](const CheckFacts& f) { return f.granted() && f.credential != nullptr && !holds_bit(f); }, Verdict::not_needed},

    // Denied: what the place in the kernel says, then what came of the syscall.
    {"denied-access-real-user",
     "denied, and access(2) said no: it asks about the real user, and of one who is not root the kernel takes all "
     "capabilities away for it (fs/open.c access_override_creds)",
     [](const CheckFacts& f) {
         return f.denied() && f.is(SiteClass::probe) && refused_by_site(f) && asks_for_real_user(f);
     },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-access-answer",
     "denied, and access(2) said no for it; what the program made of the answer is not in the recording",
     [](const CheckFacts& f) {
         return f.denied() && f.is(SiteClass::probe) && f.syscall.asks_for_access && refused_by_site(f) &&
                f.around.granted_after.empty() && f.around.given_up == GivenUp::no;
     },
     Verdict::missing, at_site(denial)},
    {"denied-shows-less", "denied: the call succeeded, but what it showed is less than there is, and nothing says so",
     [](const CheckFacts& f) {
         return f.denied() && f.is(SiteClass::shows) && f.succeeded() && allowed_otherwise(f) != std::optional(true) &&
                f.around.granted_after.empty() && f.around.given_up == GivenUp::no;
     },
     Verdict::missing, at_site(denial)},
    {"denied-names-nothing",
     "denied for a netlink request that is all zero and would have changed nothing: a probe for what the kernel knows",
     [](const CheckFacts& f) { return f.denied() && test_says(f, SiteTest::names_nothing, true); }, Verdict::not_needed,
     tolerated},
    {"denied-advisory", "denied where a refusal fails nothing",
     [](const CheckFacts& f) {
         const bool fails = f.known != nullptr && !f.known->refusals.empty() && refused_by_site(f);
         const bool shows_nothing = f.is(SiteClass::shows) && (f.error || allowed_otherwise(f).value_or(false) ||
                                                               !f.around.granted_after.empty());
         return f.denied() && (f.is(SiteClass::advisory) || f.is(SiteClass::probe) || shows_nothing) && !fails;
     },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-alternative-granted", "denied, but another capability that does as well was asked next, and granted",
     settled_by_alternative, Verdict::not_needed, at_site(denial)},
    {"denied-no-setgid-bit", "denied, but the mode given has no set-group-ID bit to lose",
     [](const CheckFacts& f) {
         return f.denied() && f.test(SiteTest::setgid_bit) && keeps_setgid_bit(f) == std::optional(false);
     },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-capset",
     "denied, as every capset asks for it; it fails where a set is to grow beyond what is held, which is said of what "
     "was asked for, when that is in the recording: inconclusive",
     [](const CheckFacts& f) { return f.denied() && f.test(SiteTest::inheritable_within) && refused_by_site(f); },
     Verdict::not_needed, inconclusive},
    {"denied-io-uring", "denied in io_uring: the result is in the completion, which is not recorded: inconclusive",
     [](const CheckFacts& f) { return f.denied() && (f.flag(check_io_worker) || f.syscall.result_elsewhere); },
     Verdict::not_needed, at_site(inconclusive)},
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
     [](const CheckFacts& f) { return f.judged.went_well && f.syscall.looks_up && f.denied() && refused_by_site(f); },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-limit",
     "denied to raise a limit, or to be spared when memory runs out, in a run that ended well: it went on with what "
     "there was",
     [](const CheckFacts& f) {
         return f.judged.went_well && (f.syscall.sets_limit || f.site.symbol == "__set_oom_adj") &&
                f.row.capability == cap_sys_resource && f.denied() && refused_by_site(f);
     },
     Verdict::not_needed, at_site(tolerated)},
    {"denied-silently", "denied: nothing was done, and the syscall does not say so",
     [](const CheckFacts& f) {
         return f.denied() && f.outcome_known() && f.known != nullptr && f.known->refused_silently &&
                allowed_otherwise(f) != std::optional(true);
     },
     Verdict::missing, at_site(denial)},
    {"denied-in-ack", "denied: the refusal comes in the netlink acknowledgement, while the sending itself succeeds",
     [](const CheckFacts& f) {
         return f.denied() && f.succeeded() && f.known != nullptr && f.known->refused_in_ack &&
                (f.around.acknowledgement == Acknowledgement::unknown || f.refused_in_answer());
     },
     Verdict::missing, at_site(denial)},
    {"denied-tolerated", "denied, and the syscall succeeded all the same",
     [](const CheckFacts& f) { return f.denied() && f.succeeded(); }, Verdict::not_needed, tolerated},
    {"denied-outside",
     "held in a user namespace of the run's own, and asked for in the one around it: nobody in there can have it, "
     "whatever it is started with (security/commoncap.c cap_capable)",
     [](const CheckFacts& f) {
         return f.denied() && refused_by_site(f) && holds_bit(f) && f.run.home_known && f.target_namespace != nullptr &&
                f.credential_namespace != nullptr && *f.target_namespace == f.run.home &&
                f.credential_namespace->level > f.run.home.level;
     },
     Verdict::not_needed, at_site(given_up)},
    {"denied-other-namespace",
     "held, but in another user namespace than the one asked for; the syscall failed for it "
     "(security/commoncap.c cap_capable)",
     [](const CheckFacts& f) { return f.denied() && refused_by_site(f) && holds_bit(f); }, Verdict::missing,
     at_site(denial)},
    {"denied-and-refused", "denied, and the syscall failed with the error of a refusal",
     [](const CheckFacts& f) { return f.denied() && refused_by_site(f); }, Verdict::missing, at_site(denial)},
    {"denied-interrupted", "denied, but the syscall was interrupted before its result said anything: inconclusive",
     [](const CheckFacts& f) { return f.denied() && interrupted(f); }, Verdict::not_needed, inconclusive},
    {"denied-other-error", "denied, but the syscall failed for another reason",
     [](const CheckFacts& f) { return f.denied() && f.error.has_value(); }, Verdict::not_needed, tolerated},
    {"denied-outside-syscall",
     "denied outside any syscall of the program, so no result tells what it meant: inconclusive",
     [](const CheckFacts& f) { return f.denied() && f.outcome == NoOutcome::no_syscall; }, Verdict::not_needed,
     inconclusive},
    {"denied-outcome-unknown", "denied, and the result of the syscall is not known: inconclusive",
     [](const CheckFacts& f) { return f.denied(); }, Verdict::not_needed, inconclusive},

    // Granted, where it does not matter.
    {"unwalked-ambiguous",
     "granted, but its kernel stack was not walked, and equal checks come from several sites or from none known",
     [](const CheckFacts& f) { return f.site_source == SiteSource::ambiguous; }, Verdict::unclassified},
    {"setgid-bit", "the mode given has the set-group-ID bit, which would be dropped without a word",
     [](const CheckFacts& f) { return f.test(SiteTest::setgid_bit) && keeps_setgid_bit(f) == std::optional(true); },
     Verdict::required, at_site()},
    {"no-setgid-bit", "the mode given has no set-group-ID bit to lose",
     [](const CheckFacts& f) { return f.test(SiteTest::setgid_bit) && keeps_setgid_bit(f) == std::optional(false); },
     Verdict::not_needed, at_site()},
    {"advisory", "asked where a refusal fails nothing", [](const CheckFacts& f) { return f.is(SiteClass::advisory); },
     Verdict::not_needed, at_site()},
    {"shows-nothing", "asked to decide how much to show, and there was nothing to leave out, or the call failed",
     [](const CheckFacts& f) {
         return f.is(SiteClass::shows) && (f.error.has_value() || allowed_otherwise(f).value_or(false));
     },
     Verdict::not_needed, at_site()},
    {"names-nothing",
     "asked for a netlink request that is all zero and changes nothing: a probe for what the kernel knows",
     [](const CheckFacts& f) { return test_says(f, SiteTest::names_nothing, true); }, Verdict::not_needed},
    {"access-answer", "access(2) said yes for it; what the program made of the answer is not in the recording",
     [](const CheckFacts& f) { return f.is(SiteClass::probe) && f.syscall.asks_for_access && f.succeeded(); },
     Verdict::unclassified, at_site()},
    {"probe", "asked only to know, or to decide how much to show",
     [](const CheckFacts& f) { return f.is(SiteClass::probe); }, Verdict::not_needed, at_site()},
    {"id-unchanged", "asked first, but the real and the saved id are already what was asked for",
     [](const CheckFacts& f) { return test_says(f, SiteTest::same_id, true); }, Verdict::not_needed, at_site()},
    {"inheritable-not-widened",
     "asked by every capset; this one adds nothing to the inheritable set that is not permitted already",
     [](const CheckFacts& f) { return test_says(f, SiteTest::inheritable_within, true); }, Verdict::not_needed,
     at_site()},
    {"own-process", "asked first, but a process may look at itself",
     [](const CheckFacts& f) { return test_says(f, SiteTest::own_process, true); }, Verdict::not_needed, at_site()},
    {"same-sets-in-run",
     "asked as the other process, of the run itself, held what this one had given up; nothing of that is in the set, "
     "and with it both hold the same (security/commoncap.c cap_ptrace_access_check, cap_safe_nice)",
     compares_same_sets, Verdict::not_needed, at_site()},
    {"sysctl-allows", "asked first, but a sysctl of the recorded host allows it to everybody",
     [](const CheckFacts& f) { return test_says(f, SiteTest::sysctl, true); }, Verdict::not_needed, at_site()},
    {"in-group", "asked first, but a group of the caller is allowed it by a sysctl of the recorded host",
     [](const CheckFacts& f) { return test_says(f, SiteTest::in_group, true); }, Verdict::not_needed, at_site()},
    {"other-condition", "asked first, but the arguments are such that everybody may do it",
     [](const CheckFacts& f) {
         return (f.is(SiteClass::first) || f.is(SiteClass::limit_first)) && allowed_otherwise(f).value_or(false);
     },
     Verdict::not_needed, at_site()},
    {"granted-then-denied",
     "granted, but the call then failed for another capability, which was denied: needed once that one is given",
     [](const CheckFacts& f) { return f.known != nullptr && refused_by_site(f) && !f.around.denied_after.empty(); },
     Verdict::not_needed, at_site(with_missing)},
    {"same-error-either-way", "granted; the call failed with the error that a refusal would have had, too",
     [](const CheckFacts& f) {
         return f.known != nullptr && refused_by_site(f) && !f.refused() && !f.refused_in_answer();
     },
     Verdict::not_needed, at_site()},
    {"refused-after-grant",
     "granted, yet refused by an LSM or another rule (an id that is not mapped, a sticky directory, an immutable "
     "file), as it would have been without",
     [](const CheckFacts& f) { return f.known != nullptr && refused_by_site(f); }, Verdict::not_needed,
     at_site(refused)},

    {"program-not-found",
     "granted, and the program is not there: a search along PATH goes on after EACCES as it does after ENOENT",
     [](const CheckFacts& f) { return f.known != nullptr && f.syscall.executes && f.error == ENOENT; },
     Verdict::not_needed},

    {"name-look-up",
     "granted to a program that records performance events, for the names of what it records: refused, it goes on "
     "without them",
     looks_up_names, Verdict::not_needed, at_site()},

    // Granted, where it may matter.
    {"shows-more", "granted, and the call shows more for it; what the program made of that is not in the recording",
     [](const CheckFacts& f) { return f.is(SiteClass::shows); }, Verdict::unclassified, at_site()},
    {"refused-after-grant-unknown", "granted, yet the syscall was refused: by an LSM or by another rule",
     [](const CheckFacts& f) { return f.refused(); }, Verdict::unclassified, at_site(refused)},
    {"setgroups-unchanged", "the groups stay as they are, but setgroups fails without it even then", groups_unchanged,
     Verdict::required, at_site()},
    {"setgid-bit-unseen",
     "whether there is a set-group-ID bit, which would be dropped without a word, is not in the recording",
     [](const CheckFacts& f) { return f.test(SiteTest::setgid_bit) && !keeps_setgid_bit(f).has_value(); },
     Verdict::unclassified, at_site()},
    {"asked-first", "asked before another condition that may allow it all the same; the recording does not tell",
     [](const CheckFacts& f) { return f.is(SiteClass::first) && !allowed_otherwise(f).has_value(); },
     Verdict::unclassified, at_site()},
    {"one-of-several", "granted, and it decided; one of several capabilities would do", others_would_do,
     Verdict::alternative, at_site()},
    {"limit-exceeded", "a limit was exceeded, and this lifted it",
     [](const CheckFacts& f) { return f.is(SiteClass::limit); }, Verdict::required, at_site()},
    {"limit-unknown", "asked before a limit is compared: needed if the limit was exceeded, which is not recorded",
     [](const CheckFacts& f) { return f.is(SiteClass::limit_first); }, Verdict::unclassified, at_site()},
    {"granted-then-failed-in-answer",
     "granted, and netlink then answered with another error, without it with that of a refusal; what the program made "
     "of the answer is not in the recording, and a probe would make the same of both",
     [](const CheckFacts& f) { return f.known != nullptr && !f.error && failed_in_answer(f); }, Verdict::unclassified,
     at_site()},
    {"granted-then-failed",
     "granted; the syscall then failed for another reason, but without it with that of a refusal",
     [](const CheckFacts& f) { return f.known != nullptr && f.error.has_value(); }, Verdict::required, at_site()},
    {"decided", "granted, and it decided", [](const CheckFacts& f) { return f.known != nullptr; }, Verdict::required,
     at_site()},
    {"no-symbols", "granted, and without kernel symbols the syscall alone does not tell what for", without_symbols,
     Verdict::unclassified},
    {"unknown-site", "granted at a place in the kernel that is not known here: kept until somebody knows better",
     [](const CheckFacts&) { return true; }, Verdict::unclassified},
};

}  // namespace

std::span<const Rule> rules() { return table; }

}  // namespace caprec
