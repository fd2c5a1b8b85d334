// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/conditions.h"
#include "schema/capability_numbers.h"

#include <fcntl.h>
#include <linux/securebits.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace caprec::conditions {
namespace {

constexpr unsigned overcommit_never = 2;  // vm.overcommit_memory: strict accounting
constexpr int first_restart_error = 512;  // ERESTARTSYS ... ERESTART_RESTARTBLOCK, which stay inside the kernel
constexpr int last_restart_error = 516;

// BPF_{PROG,MAP,BTF,LINK}_GET_{NEXT_ID,FD_BY_ID} of bpf(2).
bool asks_by_id(const CheckFacts& f) {
    constexpr std::uint64_t commands[] = {11, 12, 13, 14, 19, 23, 30, 31};
    return std::ranges::find(commands, f.row.args[0] & 0xffffffff) != std::end(commands);
}

}  // namespace

bool in_interrupt(const CheckFacts& f) { return f.row.context != static_cast<std::uint64_t>(CheckContext::task); }

bool overcommit_question(const CheckFacts& f) { return f.row.capability == cap_sys_admin && f.site.overcommit; }

bool overcommit_strict(const CheckFacts& f) { return f.run.overcommit_memory == overcommit_never; }

// A key whose walked checks disagree has symbols, so nothing needs to be guessed.
bool without_symbols(const CheckFacts& f) { return !f.site.named && f.site_source != SiteSource::ambiguous; }

// Without symbols, this is likely in the syscalls that make the overcommit test, and in user page faults, which grow a
// stack.
bool overcommit_likely(const CheckFacts& f) {
    if (f.row.capability != cap_sys_admin || !without_symbols(f) || overcommit_strict(f))
        return false;
    if (!f.in_syscall())
        return !f.flag(check_io_worker);
    const bool namespaces = f.syscall.new_namespaces_by_memory ||
                            (f.syscall.new_namespaces_by_flag && (f.row.args[0] & new_namespace_flags) != 0);
    return f.syscall.accounts_memory && !namespaces;
}

bool kept_credential(const CheckFacts& f) {
    return !f.flag(check_real_credential) && !f.flag(check_io_worker) && !f.syscall.asks_for_access &&
           !f.test(SiteTest::own_credential) && !f.judged.own_mount;
}

bool foreign_credential(const CheckFacts& f) { return kept_credential(f) && !f.flag(check_credential_of_run); }

// Both ends of the question lie in namespaces below the one that the recorder was started in.
bool inside_own_namespace(const CheckFacts& f) {
    return !f.inside && f.run.home_known && f.credential_namespace != nullptr && f.target_namespace != nullptr &&
           f.credential_namespace->level > f.run.home.level && f.target_namespace->level > f.run.home.level;
}

// cap_capable's second way to a grant: the parent of the target, owned by the effective uid.
bool owns_target_namespace(const CheckFacts& f) {
    return f.granted() && f.credential != nullptr && f.credential_namespace != nullptr &&
           f.target_namespace != nullptr && *f.credential_namespace != *f.target_namespace &&
           f.target_namespace->level == f.credential_namespace->level + 1 &&
           f.target_namespace->owner == f.credential->euid;
}

// The kernel clears the effective set for this, whatever is held.  Ids are known as the initial user namespace sees
// them.
bool asks_for_real_user(const CheckFacts& f) {
    const bool effective =
        f.syscall.access_flags > 0 && (f.row.args[f.syscall.access_flags - std::size_t{1}] & AT_EACCESS) != 0;
    return f.syscall.asks_for_access && !effective && f.in_syscall() && f.credential != nullptr &&
           f.credential->uid != 0 && (f.credential->securebits & SECBIT_NO_SETUID_FIXUP) == 0 && f.run.home_known &&
           f.run.home.level == 0 && f.credential_namespace != nullptr && f.credential_namespace->level == 0;
}

bool holds_bit(const CheckFacts& f) {
    return f.credential != nullptr && f.row.capability < 64 &&
           f.credential->effective.contains(static_cast<unsigned>(f.row.capability));
}

bool interrupted(const CheckFacts& f) {
    return f.error && (*f.error == EINTR || (*f.error >= first_restart_error && *f.error <= last_restart_error));
}

// EPERM and EACCES stand for each other: file systems and wrappers turn one into the other.
bool refused_by_site(const CheckFacts& f) {
    if (f.refused_in_answer())
        return true;
    if (!f.error)
        return false;
    if (f.known == nullptr || (f.known->refusals.empty() && !f.known->refused_in_ack))
        return f.refused();
    return std::ranges::any_of(f.known->refusals, [&](int refusal) {
        return refusal == *f.error || ((refusal == EPERM || refusal == EACCES) && f.refused());
    });
}

bool failed_for_it(const CheckFacts& f) {
    if (!f.denied())
        return false;
    const bool silently = f.known != nullptr && f.known->refused_silently && f.outcome_known() &&
                          allowed_otherwise(f) != std::optional(true);
    const bool in_ack = f.known != nullptr && f.known->refused_in_ack && f.succeeded() &&
                        (f.around.acknowledgement == Acknowledgement::unknown || f.refused_in_answer()) &&
                        allowed_otherwise(f) != std::optional(true);
    const bool shows_less = f.is(SiteClass::shows) && f.succeeded() && allowed_otherwise(f) != std::optional(true);
    const bool reserve = overcommit_question(f) && overcommit_strict(f) && f.error == ENOMEM;
    return silently || in_ack || shows_less || reserve || refused_by_site(f);
}

bool failed_in_answer(const CheckFacts& f) {
    return f.known != nullptr && f.known->refused_in_ack && f.around.acknowledgement == Acknowledgement::failed;
}

// Whether the call opens the maps of another process, or its mount namespace, in which the mapped files lie.
bool opens_for_names(const CheckFacts& f) {
    return f.around.whose == Whose::other && f.syscall.open_argument > 0 &&
           (f.path.ends_with("/ns/mnt") || f.path.ends_with("/maps"));
}

// Whether perf, bpftrace and the like would look this up to give names to what they record.
bool looks_up_names(const CheckFacts& f) {
    return f.judged.monitors && f.granted() &&
           (f.is(SiteClass::shows) || f.syscall.joins_namespace || (f.syscall.bpf && asks_by_id(f)) ||
            (f.row.capability == cap_sys_ptrace && (f.syscall.looks_up || opens_for_names(f))));
}

bool compares_same_sets(const CheckFacts& f) {
    const bool of_one = !f.syscall.of_several || (f.row.args[0] & 0xffffffff) == f.syscall.of_one;
    const bool asked_for_it = f.site.symbol == "cap_ptrace_access_check" || f.site.symbol == "cap_safe_nice" ||
                              (f.test(SiteTest::own_task) && !f.around.asked_again);
    return f.judged.same_sets && f.granted() && of_one && asked_for_it;
}

bool settled_by_alternative(const CheckFacts& f) {
    return f.denied() && f.known != nullptr && !(f.known->any_of & f.around.granted_after).empty();
}

}  // namespace caprec::conditions
