/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exit of a syscall: its outcome when a check was made in it, a change of credentials when the syscall can make
 * one, the process that the kernel compared the calling one with, and a refusal that no check explains.  Also counts
 * each thread's syscalls, as that number joins checks and outcomes.
 */
#ifndef CAPREC_SYSCALL_BPF_H
#define CAPREC_SYSCALL_BPF_H

#include "arch.bpf.h"
#include "capability_request.bpf.h"
#include "comparison.bpf.h"
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "first_seen.bpf.h"
#include "hidden.bpf.h"
#include "kinds.bpf.h"
#include "netlink.bpf.h"
#include "place.bpf.h"
#include "plain.bpf.h"
#include "refusal.bpf.h"
#include "state.bpf.h"

enum { PROT_EXEC = 0x4 };

/* The part of a result that may be told: for a program that the caller may not trace, only that the call went well, or
 * the error. */
static __always_inline s64 result_to_tell(struct task_struct *task, struct task_state *state, s64 value)
{
    bool hidden = withhold_secure && (state->flags & TASK_RESULT_WITHHELD || is_hidden(task, state));
    state->flags &= ~TASK_RESULT_WITHHELD;
    return hidden && (value < -MAX_ERRNO || value > 0) ? 0 : value;
}

enum { SENDS = EV_TRAIT_SENDS_BUFFER | EV_TRAIT_SENDS_MESSAGE | EV_TRAIT_SENDS_SEVERAL };

/* A function of its own for the sake of the stack. */
static __noinline u32 answer_of(struct task_struct *task, struct task_state *state, struct pt_regs *regs, u32 traits,
                                u32 abi)
{
    if (abi != EV_ABI_X86_64 && abi != EV_ABI_ARM64)
        return 0;
    if (is_hidden(task, state)) /* the answer would tell what was asked */
        return 0;
    struct syscall_state now;
    __builtin_memset(&now, 0, sizeof now);
    now.abi = abi;
    read_arguments(regs, &now);
    bool message = traits & EV_TRAIT_SENDS_MESSAGE, several = traits & EV_TRAIT_SENDS_SEVERAL;
    if (!message)
        return acknowledgement_of(now.args[0], now.args[1], several ? now.args[2] : 0);
    struct buffer list = {};
    if ((several && now.args[2] != 1) || !read_buffers(now.args[1], &list) || !list.length)
        return 0; /* of several messages, the answer may be to the last one */
    return acknowledgement_of(now.args[0], list.at, list.length);
}

/* Memory that io_uring pins is compared with the limit without a check: that was made when the ring was set up. */
static __always_inline u32 beyond_memlock(struct task_struct *task, s64 value)
{
    enum { RLIMIT_MEMLOCK = 8, PAGE_BITS = 12, CAP_IPC_LOCK = 14, OUT_OF_MEMORY = -12 };
    struct mm_struct *mm = plain_task(task)->mm;
    if (!mm)
        return 0;
    if (value == OUT_OF_MEMORY)
        return plain_task(task)->cred->cap_effective.val >> CAP_IPC_LOCK & 1 ? 0 : EV_ACK_BEYOND_MEMLOCK;
    u64 limit = BPF_CORE_READ(task, signal, rlim[RLIMIT_MEMLOCK].rlim_cur);
    u64 pinned = (u64)mm->pinned_vm.counter << PAGE_BITS;
    return value >= 0 && pinned > limit ? EV_ACK_BEYOND_MEMLOCK : 0;
}

static __always_inline void send_outcome(struct task_state *state, s64 value, u32 acknowledgement)
{
    for (u32 i = 0; i < PENDING_ROWS; i++)
        if (i < state->slot_count)
            count_outcome(&state->tally, state->slots[i], value);

    if (ONLY_KINDS && !tells_outcome(state, outcome_code(value), acknowledgement))
        return;
    struct ev_counters *mine = my_counters();
    if (!mine)
        return;
    mine->outcomes_made++;
    u64 waiting = detail_waiting(mine);
    struct ev_outcome *out = reserve_detail(sizeof *out, waiting);
    if (!out) {
        mine->lost_outcomes++;
        return;
    }
    fill_header(&out->header, EV_OUTCOME, state->thread, 0);
    out->syscall_sequence = state->syscall_sequence;
    out->value = value;
    out->syscall = state->checked_nr;
    out->abi = state->checked_abi;
    out->acknowledgement = acknowledgement;
    out->reserved = 0;
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

/* A function of its own, so that it is verified once. */
__weak __noinline int note_cred_change(u64 nr, u64 abi)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    if (!state)
        return 0;
    forget_creds(state);
    u64 before = state->cred;
    u64 after = real_cred_key(state, task, BY_SYSCALL);
    state->cred = after;
    if (is_hidden(task, state)) /* prctl(PR_SET_DUMPABLE) comes by here, too */
        note_hidden(task, state);
    if (!(state->flags & TASK_RECORDER)) /* so do setns() and unshare() */
        note_place(task, state, state->thread, state->place, BY_SYSCALL);

    u64 waiting = ring_waiting();
    struct ev_cred_change *out = bpf_ringbuf_reserve(&ring, sizeof *out, 0);
    if (!out) {
        COUNT_SHARED(lost_creds);
        return 0;
    }
    fill_header(&out->header, EV_CRED_CHANGE, state->thread, bpf_ktime_get_ns());
    out->syscall_sequence = state->syscall_sequence;
    out->before = before;
    out->after = after;
    out->syscall = nr;
    out->abi = abi;
    bpf_ringbuf_submit(out, wake_flags(waiting));
    return 0;
}

static __always_inline void syscall_ends(struct task_struct *task, struct pt_regs *regs, long value)
{
    struct task_state *state = state_of(task);
    if (!state)
        return;
    u32 abi = syscall_abi(task, regs);
    s32 nr = syscall_number(regs, abi);
    struct ev_syscall_traits *known = traits_of(abi, nr);
    u32 traits = known ? known->flags : 0, target = known ? known->target : EV_TARGET_NONE;
    bool refused = is_refused(value), was_checked = state->checked == state->syscall_sequence + 1;

    if (state->flags & TASK_NEWBORN) {
        state->flags &= ~TASK_NEWBORN;
        if (value == 0 && traits & EV_TRAIT_CREATES_TASK)
            return; /* the second return of the parent's call */
    }
    if (traits & EV_TRAIT_MAPS && third_argument(regs) & PROT_EXEC)
        mark_mapping(bpf_ktime_get_ns());
    /* before the outcome: its reader then knows all about the syscall; a request comes before the change that it
     * made */
    if (traits & EV_TRAIT_CAPABILITY_SETS)
        note_capability_request(nr, abi, value);
    if (traits & EV_TRAIT_CHANGES_CREDS)
        note_cred_change(nr, abi);
    /* a call that ended in another error may have passed a comparison before */
    if (known && target && (!refused || was_checked) && !is_about_itself(known, target, regs, abi) &&
        !note_comparison(nr, abi, value, 0) && known->second_path)
        note_comparison(nr, abi, value, 1);
    if (refused && state->denied != state->syscall_sequence + 1)
        note_refusal(nr, abi, value);
    u32 answer = traits & EV_TRAIT_PINS_MEMORY ? beyond_memlock(task, value) : 0;
    if (answer && !was_checked) {
        state->slot_count = 0;
        state->checked_nr = nr;
        state->checked_abi = abi;
        if (ONLY_KINDS)
            state->call = mix(mix(hash_seed, state->image ^ state->cgroup), (u64)abi << 32 | (u32)nr);
    }
    if (was_checked && traits & SENDS)
        answer |= answer_of(task, state, regs, traits, abi);
    if (was_checked || answer)
        send_outcome(state, result_to_tell(task, state, value), answer);
    state->syscall_sequence++;
}

#endif
