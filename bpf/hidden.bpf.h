/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides what the caller may know.  A privileged recorder tells about a program only what its caller could have learnt
 * without privilege: nothing from the memory, no pointers and no names of a program that the caller may not trace, by
 * the rules of ptrace(2) (__ptrace_may_access() in kernel/ptrace.c).
 */
#ifndef CAPREC_HIDDEN_BPF_H
#define CAPREC_HIDDEN_BPF_H

#include "pid.bpf.h"
#include "plain.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

/* include/linux/sched/coredump.h; include/linux/user_namespace.h allows 32 levels */
enum { DUMPABLE_MASK = 3, DUMPABLE_BY_USER = 1, USER_NAMESPACES = 33 };

/* The caller, as the recorder's real ids tell when it makes the command's process. */
__u32 caller_uid = 0, caller_gid = 0;
__u32 caller_namespace = 0; /* inode */

static __always_inline void note_caller(struct task_struct *recorder)
{
    caller_uid = BPF_CORE_READ(recorder, real_cred, uid.val);
    caller_gid = BPF_CORE_READ(recorder, real_cred, gid.val);
    caller_namespace = BPF_CORE_READ(recorder, real_cred, user_ns, ns.inum);
}

/* Notes what is compared later: the caller, and where `first` is, which is the command before its exec, or the recorder
 * itself. */
static __always_inline void note_home(struct task_struct *recorder, struct task_struct *first)
{
    recorder_pid_level = BPF_CORE_READ(recorder, thread_pid, level);
    recorder_pid_namespace = (u64)own_pid_namespace(BPF_CORE_READ(recorder, thread_pid));
    note_caller(recorder);
    home_root_dentry = (u64)BPF_CORE_READ(first, fs, root.dentry);
    home_root_mnt = (u64)BPF_CORE_READ(first, fs, root.mnt);
    home_mount_ns = (u64)BPF_CORE_READ(first, nsproxy, mnt_ns);
}

/* Whoever made a user namespace has every capability in it and in those below. It is a function of its own, so that it
 * is verified once. */
__weak __noinline int owned_by_caller(__u64 address)
{
    struct user_namespace *ns = (struct user_namespace *)address;
    for (u32 level = 0; level < USER_NAMESPACES; level++) {
        struct user_namespace *parent = BPF_CORE_READ(ns, parent);
        if (!parent)
            return 0;
        if (BPF_CORE_READ(parent, ns.inum) == caller_namespace && BPF_CORE_READ(ns, owner.val) == caller_uid)
            return 1;
        ns = parent;
    }
    return 0;
}

static __always_inline bool is_dumpable(const struct mm_struct *mm)
{
    const struct mm_struct___6_18 *newer = (const void *)mm;
    u64 flags;
    if (bpf_core_field_exists(newer->flags.__mm_flags))
        flags = BPF_CORE_READ(newer, flags.__mm_flags[0]);
    else
        flags = BPF_CORE_READ(mm, flags);
    return (flags & DUMPABLE_MASK) == DUMPABLE_BY_USER;
}

/* The caller's permitted set counts as empty, as the command is started with an empty one. */
static __always_inline bool may_trace(struct task_struct *task)
{
    const struct cred *cred = plain_task(task)->real_cred;
    const struct mm_struct *mm = plain_task(task)->mm;
    bool is_callers = cred->uid.val == caller_uid && cred->euid.val == caller_uid && cred->suid.val == caller_uid &&
                      cred->gid.val == caller_gid && cred->egid.val == caller_gid && cred->sgid.val == caller_gid &&
                      !cred->cap_permitted.val && cred->user_ns->ns.inum == caller_namespace;
    if (!is_callers && !owned_by_caller((u64)BPF_CORE_READ(cred, user_ns)))
        return false;
#if CAPREC_VARIANT >= 3
    struct task_exec_state *state = BPF_CORE_READ(task, exec_state);
    return !mm || BPF_CORE_READ(state, dumpable) == TASK_DUMPABLE_OWNER ||
           owned_by_caller((u64)BPF_CORE_READ(state, user_ns));
#else
    return !mm || is_dumpable(mm) || owned_by_caller((u64)BPF_CORE_READ(mm, user_ns));
#endif
}

/* Whether the contents of the task's memory and registers are withheld.  The task's program decides, too: during an
 * exec the registers are still those of the one before. */
static __always_inline bool is_hidden(struct task_struct *task, const struct task_state *state)
{
    return withhold_secure && (state->flags & TASK_WITHHELD || !may_trace(task));
}

/* Notes it for the program that the task may execute next. Within an exec the memory is the next program's already. */
static __always_inline void note_hidden(struct task_struct *task, struct task_state *state)
{
    if (!(state->flags & TASK_BEFORE_EXEC) && state->mm == address_of_mm(state, task))
        state->flags |= TASK_WITHHELD;
}

static __always_inline void copy_comm(char *to, const char *from, bool hidden)
{
    if (hidden)
        __builtin_memcpy(to, "(withheld)\0\0\0\0\0", EV_COMM_BYTES);
    else
        bpf_probe_read_kernel(to, EV_COMM_BYTES, from);
}

#endif
