// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/rules.h"

namespace caprec {
namespace {

constexpr unsigned cap_sys_admin = 21;
constexpr unsigned overcommit_never = 2;  // vm.overcommit_memory: strict accounting
constexpr int first_restart_error = 512;  // ERESTARTSYS ... ERESTART_RESTARTBLOCK, which stay inside the kernel
constexpr int last_restart_error = 516;
constexpr std::uint64_t new_namespace_flags = 0x7e020000;  // CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}

bool in_interrupt(const CheckFacts& f) { return f.row.context != static_cast<std::uint64_t>(CheckContext::task); }

bool overcommit_question(const CheckFacts& f) { return f.row.capability == cap_sys_admin && f.site.overcommit; }

bool overcommit_strict(const CheckFacts& f) { return f.run.overcommit_memory == overcommit_never; }

// A key whose walked checks disagree has symbols: there is nothing to guess.
bool without_symbols(const CheckFacts& f) { return !f.site.named && f.site_source != SiteSource::ambiguous; }

// Without symbols: the syscalls that ask the overcommit test, and user page faults, which grow a stack.
bool overcommit_likely(const CheckFacts& f) {
    if (f.row.capability != cap_sys_admin || !without_symbols(f) || overcommit_strict(f)) {
        return false;
    }
    if (!f.in_syscall()) {
        return !f.flag(check_io_worker);
    }
    const bool namespaces = f.syscall.new_namespaces_by_memory ||
                            (f.syscall.new_namespaces_by_flag && (f.row.args[0] & new_namespace_flags) != 0);
    return f.syscall.accounts_memory && !namespaces;
}

bool foreign_credential(const CheckFacts& f) {
    return !f.flag(check_real_credential) && !f.flag(check_io_worker) && !f.syscall.asks_for_access;
}

// Both ends of the question lie in namespaces below the one that the recorder was started in.
bool inside_own_namespace(const CheckFacts& f) {
    return f.run.home_known && f.credential_namespace != nullptr && f.target_namespace != nullptr &&
           f.credential_namespace->level > f.run.home.level && f.target_namespace->level > f.run.home.level;
}

// cap_capable's second way to a grant: the parent of the target, owned by the effective uid.
bool owns_target_namespace(const CheckFacts& f) {
    return f.granted() && f.credential != nullptr && f.credential_namespace != nullptr &&
           f.target_namespace != nullptr && *f.credential_namespace != *f.target_namespace &&
           f.target_namespace->level == f.credential_namespace->level + 1 &&
           f.target_namespace->owner == f.credential->euid;
}

bool holds_bit(const CheckFacts& f) {
    return f.credential != nullptr && f.row.capability < 64 &&
           f.credential->effective.contains(static_cast<unsigned>(f.row.capability));
}

bool interrupted(const CheckFacts& f) {
    return f.error && (*f.error == EINTR || (*f.error >= first_restart_error && *f.error <= last_restart_error));
}

constexpr Rule table[] = {
    // Who asked, of whom.
    {"interrupt", "asked in an interrupt, on behalf of another task than the interrupted one (in_task() is false)",
     in_interrupt, Verdict::not_needed},
    {"kernel-thread", "asked in a kernel thread, which holds every capability (PF_KTHREAD)",
     [](const CheckFacts& f) { return f.flag(check_kernel_thread); }, Verdict::not_needed},
    {"before-exec", "asked between the recorder's fork and the command's exec: not the command's own",
     [](const CheckFacts& f) { return f.flag(check_before_exec); }, Verdict::not_needed},

    // The memory-overcommit test.
    {"overcommit-strict-refused",
     "vm.overcommit_memory is 2 and memory ran out: this would have opened the administrator's reserve "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) {
         return overcommit_question(f) && overcommit_strict(f) && f.denied() && f.error == ENOMEM;
     },
     Verdict::missing},
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
    {"foreign-credential",
     "asked of another credential than the task's own: that of a mounter, an opener or a tracer "
     "(override_creds(), file->f_cred)",
     foreign_credential, Verdict::not_needed},

    {"own-namespace",
     "asked inside a user namespace below the one the run began in: needs nothing from outside "
     "(security/commoncap.c cap_capable)",
     inside_own_namespace, Verdict::not_needed},
    {"namespace-owner",
     "granted because the effective uid owns the target user namespace, whatever it holds "
     "(security/commoncap.c cap_capable)",
     owns_target_namespace, Verdict::not_needed},
    {"namespace-ownership",
     "granted though the credential does not hold it: by ownership of a user namespace "
     "(security/commoncap.c cap_capable)",
     [](const CheckFacts& f) { return f.granted() && f.credential != nullptr && !holds_bit(f); }, Verdict::not_needed},

    // Denied: what came of the syscall.
    {"denied-tolerated", "denied, and the syscall succeeded all the same",
     [](const CheckFacts& f) { return f.denied() && f.succeeded(); }, Verdict::not_needed},
    {"denied-other-namespace",
     "held, but in another user namespace than the one asked for; the syscall failed for it "
     "(security/commoncap.c cap_capable)",
     [](const CheckFacts& f) { return f.denied() && f.refused() && holds_bit(f); }, Verdict::missing},
    {"denied-and-refused", "denied, and the syscall failed with EPERM or EACCES",
     [](const CheckFacts& f) { return f.denied() && f.refused(); }, Verdict::missing},
    {"denied-interrupted", "denied, but the syscall was interrupted before its result said anything: inconclusive",
     [](const CheckFacts& f) { return f.denied() && interrupted(f); }, Verdict::not_needed},
    {"denied-other-error", "denied, but the syscall failed for another reason",
     [](const CheckFacts& f) { return f.denied() && f.error.has_value(); }, Verdict::not_needed},
    {"denied-outside-syscall",
     "denied outside any syscall of the program, so no result tells what it meant: inconclusive",
     [](const CheckFacts& f) { return f.denied() && f.outcome == NoOutcome::no_syscall; }, Verdict::not_needed},
    {"denied-outcome-unknown", "denied, and the result of the syscall is not known: inconclusive",
     [](const CheckFacts& f) { return f.denied(); }, Verdict::not_needed},

    // Granted.
    {"unwalked-ambiguous",
     "granted, but its kernel stack was not walked, and equal checks come from several sites or from none known",
     [](const CheckFacts& f) { return f.site_source == SiteSource::ambiguous; }, Verdict::unclassified},
    {"refused-after-grant", "granted, yet the syscall was refused: by an LSM or by another rule",
     [](const CheckFacts& f) { return f.refused(); }, Verdict::required},
    {"granted", "granted, and no rule says that it did not matter", [](const CheckFacts&) { return true; },
     Verdict::required},
};

}  // namespace

std::span<const Rule> rules() { return table; }

}  // namespace caprec
