/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the other task in syscalls in which the kernel compares the capability sets of two tasks, without a check where
 * the calling one has all that the other one has.  Also finds whose files in /proc a checked syscall was about.
 */
#ifndef CAPREC_COMPARISON_BPF_H
#define CAPREC_COMPARISON_BPF_H

#include "arguments.bpf.h"
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "hidden.bpf.h"
#include "kinds.bpf.h"
#include "loop.bpf.h"
#include "object.bpf.h"
#include "plain.bpf.h"
#include "proc_elsewhere.bpf.h"
#include "proc_path.bpf.h"
#include "refusal.bpf.h"
#include "state.bpf.h"

/* include/uapi: ptrace.h, resource.h, pidfd.h, fcntl.h */
enum { PTRACE_ATTACH = 16, PTRACE_SEIZE = 0x4206, PIDFS_IOCTL_TYPE = 0xff };
enum { AT_SYMLINK_NOFOLLOW = 0x100, AT_SYMLINK_FOLLOW = 0x400, FMODE_PATH = 0x4000, AF_UNIX = 1 };
enum { WHO_PROCESS = 0, WHO_GROUP = 1, GROUP_MEMBERS = 64 };
#if defined(__TARGET_ARCH_x86)
enum { O_NOFOLLOW = 0x20000 };
#else
enum { O_NOFOLLOW = 0x8000 };
#endif

struct comparison_scratch {
    struct ev_comparison record;
    struct ev_object object;
    struct ev_cred cred;
    struct syscall_state now;
    u64 member;    /* in a process group, the next member's link */
    u64 permitted; /* the target's permitted set */
};
SCRATCH(comparison_scratch, struct comparison_scratch)

static __always_inline void note_target(struct ev_comparison *record, struct task_struct *task,
                                        struct task_struct *target, struct ev_cred *content)
{
    struct task_state *state = state_of(target);
    if (target->tgid == task->tgid)
        record->flags |= EV_COMPARISON_OWN;
    record->target_process = state ? state->process : 0;
    record->target_cred = record->target_tgid = 0;
    __builtin_memset(record->comm, 0, sizeof record->comm);
    if (withhold_secure && !may_trace(target)) /* hidepid= hides it from the caller, too */
        return;
    record->target_cred = keep_cred(plain_task(target)->real_cred, has_no_new_privs(target), content, true);
    record->target_tgid = pid_number(BPF_CORE_READ(target, signal, pids[PIDTYPE_TGID]), recorder_pid_level);
    bpf_probe_read_kernel_str(record->comm, sizeof record->comm, target->comm);
}

/* Returns 0 when there is no such task, or the kernel has no function that finds it. */
__weak __noinline int find_target(u64 number, u64 numbering)
{
    struct comparison_scratch *scratch = my_comparison_scratch();
    struct task_struct *target = 0;
    if (!scratch)
        return 0;
    if (numbering == NUMBERS_GLOBAL)
        target = bpf_task_from_pid(number);
    else if (numbering == NUMBERS_OWN)
        target = bpf_task_from_vpid(number);
    if (!target)
        return 0;
    note_target(&scratch->record, bpf_get_current_task_btf(), target, &scratch->cred);
    scratch->permitted = plain_task(target)->real_cred->cap_permitted.val;
    bpf_task_release(target);
    return 1;
}

static __always_inline struct pid *pid_of_pidfd(struct file *file)
{
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    if (!file || BPF_CORE_READ(inode, i_sb, s_magic) != PID_FS_MAGIC)
        return 0;
    return BPF_CORE_READ(inode, i_private);
}

/* When the opened file belongs to a process, that is known whatever the path was. */
static __always_inline bool look_at_opened(struct proc_walk *walk, struct task_struct *task, s64 fd)
{
    struct file *file = file_of(task, fd);
    if (!file || BPF_CORE_READ(file, f_mode) & FMODE_PATH ||
        BPF_CORE_READ(file, f_inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
        return false;
    walk->place = PLACE_ELSEWHERE;
    start_in_proc((u64)BPF_CORE_READ(file, f_path.dentry));
    return walk->place == PLACE_PROCESS || walk->place == PLACE_ENTRY || walk->place == PLACE_TASKS;
}

static __always_inline bool follows_last(const struct ev_syscall_traits *known, const struct syscall_state *now)
{
    u64 flags = argument_at(now, known->flags_argument);
    if (known->follows == EV_FOLLOWS_BY_AT_FLAG || known->follows == EV_TESTS_BY_AT_FLAG)
        return !(flags & AT_SYMLINK_NOFOLLOW);
    if (known->follows == EV_FOLLOWS_WHEN_ASKED)
        return flags & AT_SYMLINK_FOLLOW;
    if (known->follows == EV_FOLLOWS_BY_OPEN_FLAG)
        return !(flags & O_NOFOLLOW);
    return known->follows != EV_FOLLOWS_NOT;
}

/* Whether the call asks what the calling process may do with the file that the path leads to. */
static __always_inline bool asks_permission(const struct ev_syscall_traits *known, const struct syscall_state *now)
{
    if (known->follows == EV_TESTS)
        return argument_at(now, known->flags_argument);
    if (known->follows == EV_TESTS_BY_AT_FLAG)
        return argument_at(now, known->flags_argument - 1);
    return known->follows == EV_ENTERS;
}

static __always_inline bool entry_compares(const struct proc_walk *walk, const struct ev_syscall_traits *known,
                                           const struct syscall_state *now, bool opened)
{
    if (walk->found || (walk->hides && walk->others))
        return true;
    if (walk->place != PLACE_ENTRY)
        return false;
    if (opened && walk->entry_flags & (EV_ENTRY_FILE | EV_ENTRY_INSIDE))
        return true;
    if (walk->entry_flags & EV_ENTRY_INSIDE && walk->depth > 1)
        return true;
    if (walk->entry_flags & EV_ENTRY_GATE && asks_permission(known, now))
        return true;
    bool at_link = (walk->entry_flags & EV_ENTRY_LINK && walk->depth == 1) ||
                   (walk->entry_flags & EV_ENTRY_LINKS && walk->depth == 2);
    return at_link && follows_last(known, now);
}

static __always_inline bool opens(const struct ev_syscall_traits *known)
{
    return known->follows == EV_FOLLOWS_BY_OPEN_FLAG || known->follows == EV_OPENS;
}

struct named_path {
    u64 path, from, fd; /* enum path_start; the directory */
};

/* Most addresses are not those of a path. */
static __always_inline bool path_of_address(u64 address, struct named_path *call)
{
    u16 family = 0;
    if (!address || bpf_probe_read_user(&family, sizeof family, (const void *)address) || family != AF_UNIX)
        return false;
    call->path = address + sizeof family;
    return true;
}

/* The path that the call names: its first one, or its second one. */
static __always_inline bool path_of_call(const struct ev_syscall_traits *known, const struct syscall_state *now,
                                         bool second, struct named_path *call)
{
    u32 at = second ? known->second_path : known->target_argument;
    u64 argument = argument_at(now, at), address = 0;
    call->from = FROM_CWD;
    if (known->target == EV_TARGET_SOCKET)
        return path_of_address(argument, call);
    if (known->target == EV_TARGET_MESSAGE) { /* which begins with the address */
        u32 bytes = now->abi == EV_ABI_X86_64 || now->abi == EV_ABI_ARM64 ? 8 : 4;
        return !bpf_probe_read_user(&address, bytes, (const void *)argument) && path_of_address(address, call);
    }
    call->path = argument;
    call->fd = argument_at(now, at - 1);
    if (known->target == EV_TARGET_PATH_AT)
        call->from = known->follows == EV_FOLLOWS ? FROM_FD_OR_ITSELF : FROM_FD;
    return true;
}

static __always_inline bool look_at_path(struct comparison_scratch *scratch, struct task_struct *task,
                                         struct task_state *state, const struct ev_syscall_traits *known, s64 value,
                                         bool was_checked, bool second)
{
    struct ev_comparison *record = &scratch->record;
    struct proc_walk *walk = my_proc_walk();
    struct syscall_state *now = &scratch->now;
    struct named_path call = {};
    if (!walk || !path_of_call(known, now, second, &call))
        return false;
    u32 others = sees_other_procs(task, state);
    bool named = follow_path(call.path, call.from, call.fd, was_checked);
    if (!named && others)
        named = follow_elsewhere(walk, call.path, call.from, call.fd, others);
    bool compares = named && !walk->own && entry_compares(walk, known, now, false);
    bool opened = !compares && value >= 0 && opens(known) && look_at_opened(walk, task, value);
    if (opened)
        compares = entry_compares(walk, known, now, true);
    if (!compares && (!was_checked || !(named || opened)))
        return false;
    bool found = find_target(walk->number, walk->numbering);
    compares = compares && (found || value >= 0); /* otherwise it may have failed because there is no such process */
    record->kind = compares ? EV_COMPARE_FILE : EV_COMPARE_NONE;
    record->flags |= (opened ? 0 : EV_COMPARISON_BY_NAME) | (walk->own ? EV_COMPARISON_OWN : 0);
    record->flags |= !opened && walk->anywhere ? EV_COMPARISON_MANY : 0;
    if (walk->place == PLACE_ENTRY)
        __builtin_memcpy(record->entry, walk->entry, sizeof record->entry);
    if (walk->others)
        record->flags &= ~EV_COMPARISON_OWN;
    return found || compares || record->flags & EV_COMPARISON_OWN;
}

struct group_context {
    struct comparison_scratch *scratch;
};

/* Whether the other task is not of the run and holds something: comparing with one that holds nothing needs nothing. */
static __always_inline bool is_powerful_stranger(const struct comparison_scratch *scratch)
{
    return !scratch->record.target_process && scratch->permitted;
}

/* One process of a group.  The first that is not followed, and holds something, is the one to compare with. */
static long group_step(u32 index, struct group_context *context)
{
    struct comparison_scratch *scratch = context->scratch;
    if (!scratch->member)
        return 1;
    void *link = (void *)scratch->member;
    struct task_struct *member =
        link - bpf_core_field_offset(struct task_struct, pid_links) - PIDTYPE_PGID * 2 * sizeof(void *);
    u32 number = BPF_CORE_READ(member, pid);
    scratch->record.flags &= ~EV_COMPARISON_OWN;
    bool found = find_target(number, NUMBERS_GLOBAL);
    if (found && is_powerful_stranger(scratch))
        return 1;
    scratch->member = (u64)BPF_CORE_READ((struct hlist_node *)link, next);
    return 0;
}
LOOP_STEP(group_step, struct group_context)

/* A function of its own for the sake of the stack. */
static __noinline bool look_at_group(struct comparison_scratch *scratch, struct task_struct *task, u32 number)
{
    struct group_context context = {scratch};
    struct pid *pid = BPF_CORE_READ(task, signal, pids[PIDTYPE_PGID]);
    if (number) { /* the group's number is its leader's, as long as that lives */
        struct task_struct *leader = 0;
        u32 numbering = own_numbering(task);
        if (numbering == NUMBERS_GLOBAL)
            leader = bpf_task_from_pid(number);
        else if (numbering == NUMBERS_OWN)
            leader = bpf_task_from_vpid(number);
        if (!leader) {
            scratch->record.flags |= EV_COMPARISON_MANY;
            return true;
        }
        pid = BPF_CORE_READ(leader, thread_pid);
        bpf_task_release(leader);
    }
    scratch->member = (u64)BPF_CORE_READ(pid, tasks[PIDTYPE_PGID].first);
    if (REPEAT(GROUP_MEMBERS, group_step, &context) == GROUP_MEMBERS && scratch->member)
        scratch->record.flags |= EV_COMPARISON_MANY;
    return true;
}

static __always_inline bool look_at_many(struct comparison_scratch *scratch, struct task_struct *task, u32 which)
{
    u32 who = scratch->now.args[1];
    if (which == WHO_PROCESS)
        return who && find_target(who, own_numbering(task));
    if (which == WHO_GROUP)
        return look_at_group(scratch, task, who);
    scratch->record.flags |= EV_COMPARISON_MANY;
    return true;
}

static __always_inline bool look_at_number(struct comparison_scratch *scratch, struct task_struct *task, u32 number)
{
    return number && find_target(number, own_numbering(task));
}

/* Of two tasks, looks at the one that is not of the run and holds something, when there is one. */
static __always_inline bool look_at_two(struct comparison_scratch *scratch, struct task_struct *task)
{
    struct ev_comparison *record = &scratch->record;
    bool found = look_at_number(scratch, task, scratch->now.args[0]);
    if (found && is_powerful_stranger(scratch))
        return true;
    record->flags = 0;
    return look_at_number(scratch, task, scratch->now.args[1]);
}

static __always_inline bool look_at_pidfd(struct comparison_scratch *scratch, struct task_struct *task, u64 fd)
{
    struct pid *pid = pid_of_pidfd(file_of(task, fd));
    return pid && find_target(pid_number(pid, 0), NUMBERS_GLOBAL);
}

/* Whether the call is about the calling task: these are the most frequent ones, and need no more than this look. */
static __always_inline bool is_about_itself(const struct ev_syscall_traits *known, u32 target, struct pt_regs *regs,
                                            u32 abi)
{
    if (target == EV_TARGET_TASK && !known->target_argument)
        return !first_argument(regs, abi);
    return (target == EV_TARGET_PRIORITY || target == EV_TARGET_IOPRIO) &&
           first_argument(regs, abi) == WHO_PROCESS + (target == EV_TARGET_IOPRIO) && !second_argument(regs, abi);
}

/* Finds out which task it is, if there is one. */
static __always_inline bool look_at_target(struct comparison_scratch *scratch, struct task_struct *task,
                                           struct task_state *state, const struct ev_syscall_traits *known, s64 value,
                                           bool was_checked, bool second)
{
    const struct syscall_state *now = &scratch->now;
    u64 argument = argument_at(now, known->target_argument);
    scratch->record.kind = known->compares;
    switch (known->target) {
        case EV_TARGET_TASK: return look_at_number(scratch, task, argument);
        case EV_TARGET_ATTACHED:
            return (now->args[0] == PTRACE_ATTACH || now->args[0] == PTRACE_SEIZE) &&
                   look_at_number(scratch, task, argument);
        case EV_TARGET_PIDFD_IOCTL:
            return (now->args[1] >> 8 & 0xff) == PIDFS_IOCTL_TYPE && look_at_pidfd(scratch, task, argument);
        case EV_TARGET_TWO_TASKS: return look_at_two(scratch, task);
        case EV_TARGET_PIDFD: return look_at_pidfd(scratch, task, argument);
        case EV_TARGET_PRIORITY: return look_at_many(scratch, task, now->args[0]);
        case EV_TARGET_IOPRIO: return look_at_many(scratch, task, now->args[0] - 1);
        default: return look_at_path(scratch, task, state, known, value, was_checked, second);
    }
}

/* When a loop compares the same again and again, only the first time counts: without a check, nothing is joined with a
 * comparison. */
static __always_inline bool is_repeated(struct task_state *state, const struct ev_comparison *record)
{
    u64 key = mix(mix(hash_seed, record->target_cred), (u64)record->target_tgid << 32 | (u32)record->syscall);
    key = mix(mix(key, record->cred), (u64)record->kind << 32 | record->flags);
    key = mix(key, record->value < 0 ? record->value : 0);
    key = finish(mix(key, *(u64 *)record->entry));
    if (state->compared == key)
        return true;
    state->compared = key;
    return false;
}

/* With a recording of kinds, a comparison of a known kind is sent with the rest of its call, or not at all.  Whoever
 * looks at all processes compares with each number, which must not count. */
static __always_inline bool is_known_comparison(struct task_state *state, const struct ev_comparison *record,
                                                bool was_checked)
{
    u64 key = mix(mix(was_checked ? state->call : hash_seed, state->image ^ state->cgroup), record->target_cred);
    key = mix(mix(key, record->cred), (u64)record->kind << 32 | record->flags);
    key = mix(mix(key, !!record->target_process), (u64)record->abi << 32 | (u32)record->syscall);
    key = mix(key, record->value < 0 ? record->value : 0);
    if (is_new_call(finish(mix(key, *(u64 *)record->entry))))
        tell_call(state);
    return !is_told(state);
}

/* A function of its own for the sake of the stack. */
static __noinline void send_comparison(struct task_struct *task, struct task_state *state,
                                       struct comparison_scratch *scratch, const struct ev_syscall_traits *known,
                                       bool was_checked)
{
    struct ev_comparison *record = &scratch->record;
    bool matters = record->kind && !is_refused(record->value) && !(record->flags & EV_COMPARISON_OWN) &&
                   (!record->target_process || record->flags & EV_COMPARISON_MANY);
    if (!was_checked && (!matters || is_repeated(state, record)))
        return;
    if (ONLY_KINDS && is_known_comparison(state, record, was_checked))
        return;
    if (is_hidden(task, state)) {
        record->value = record->value > 0 ? 0 : record->value;
        record->target_tgid = 0;
        __builtin_memset(record->comm, 0, sizeof record->comm);
        __builtin_memset(record->entry, 0, sizeof record->entry);
    } else if (known->object_kind &&
               read_object(known, argument_at(&scratch->now, known->object_argument), 0, &scratch->object)) {
        record->object = keep_object(&scratch->object);
    }
    u64 waiting = ring_waiting();
    struct ev_comparison *out = reserve_detail(sizeof *out, waiting);
    if (!out) {
        COUNT_SHARED(lost_comparisons);
        return;
    }
    __builtin_memcpy(out, record, sizeof *out);
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

/* Called at the exit of a syscall that may compare; `second`: looks at its second path.  Returns whether there was
 * another process.  A function of its own, so that it is verified once. */
__weak __noinline int note_comparison(u64 nr, u64 abi, s64 value, u64 second)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct comparison_scratch *scratch = my_comparison_scratch();
    struct ev_syscall_traits *known = traits_of(abi, nr);
    if (!scratch || !known)
        return 0;
    scratch->now.abi = abi;
    read_arguments((struct pt_regs *)bpf_task_pt_regs(task), &scratch->now);
    struct task_state *state = state_of(task);
    struct ev_comparison *record = &scratch->record;
    if (!state)
        return 0;
    bool was_checked = state->checked == state->syscall_sequence + 1;
    __builtin_memset(record, 0, sizeof *record);
    record->value = value;
    record->syscall = nr;
    record->abi = abi;
    record->syscall_sequence = state->syscall_sequence;
    if (!look_at_target(scratch, task, state, known, value, was_checked, second))
        return 0;
    record->cred = real_cred_key(state, task, BY_SYSCALL);
    fill_header(&record->header, EV_COMPARISON, state->thread, bpf_ktime_get_ns());
    send_comparison(task, state, scratch, known, was_checked);
    return 1;
}

#endif
