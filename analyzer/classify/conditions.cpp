// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/conditions.h"

#include <algorithm>

namespace caprec::conditions {
namespace {

constexpr unsigned cap_sys_admin = 21;
constexpr unsigned overcommit_never = 2;  // vm.overcommit_memory: strict accounting
constexpr int first_restart_error = 512;  // ERESTARTSYS ... ERESTART_RESTARTBLOCK, which stay inside the kernel
constexpr int last_restart_error = 516;

}  // namespace

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
    return !f.flag(check_real_credential) && !f.flag(check_io_worker) && !f.syscall.asks_for_access &&
           !f.test(SiteTest::own_credential) && !f.own_mount;
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

// EPERM and EACCES stand for each other: file systems and wrappers turn one into the other.
bool refused_by_site(const CheckFacts& f) {
    if (!f.error) {
        return false;
    }
    if (f.known == nullptr || (f.known->refusals.empty() && !f.known->refused_in_ack)) {
        return f.refused();
    }
    return std::ranges::any_of(f.known->refusals, [&](int refusal) {
        return refusal == *f.error || ((refusal == EPERM || refusal == EACCES) && f.refused());
    });
}

bool settled_by_alternative(const CheckFacts& f) {
    return f.denied() && f.known != nullptr && !(f.known->any_of & f.granted_after).empty();
}

}  // namespace caprec::conditions
