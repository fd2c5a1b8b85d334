// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The exit of a syscall: its outcome when a check was made in it, and a change of credentials when it is of a
 * kind that can make one.  Also counts each thread's syscalls, which is what joins checks and outcomes.
 */
#include "arch.bpf.h"
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "first_seen.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_tracing.h>

enum { LOWEST_ADDRESS = 0x10000 };

/* Where things lie in the memory of a more privileged process is not the caller's to see: what can be an address
 * is told as a success. */
static __always_inline s64 result_to_tell(const struct task_state *state, s64 value)
{
    if (state->flags & TASK_WITHHELD && (value < -MAX_ERRNO || value >= LOWEST_ADDRESS))
        return 0;
    return value;
}

static __always_inline void send_outcome(struct task_state *state, s64 value)
{
    for (u32 i = 0; i < PENDING_KEYS; i++)
        if (i < state->slot_count)
            count_outcome(&state->tally, state->slots[i], value);

    struct ev_counters *mine = my_counters();
    u64 waiting = ring_waiting();
    struct ev_outcome *out = reserve_detail(sizeof *out, waiting);
    if (mine)
        mine->outcomes_made++;
    if (!out) {
        if (mine)
            mine->lost_outcomes++;
        return;
    }
    fill_header(&out->header, EV_OUTCOME, state->thread, 0);
    out->syscall_sequence = state->syscall_sequence;
    out->value = value;
    out->syscall = state->checked_nr;
    out->abi = state->checked_abi;
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

static __always_inline void note_cred_change(struct task_struct *task, struct task_state *state, s32 nr, u32 abi)
{
    forget_creds(state);
    u64 before = state->cred;
    u64 after = real_cred_key(state, task, CRED_OF_SYSCALL);
    state->cred = after;

    u64 waiting = ring_waiting();
    struct ev_cred_change *out = bpf_ringbuf_reserve(&ring, sizeof *out, 0);
    if (!out) {
        COUNT_SHARED(lost_creds);
        return;
    }
    fill_header(&out->header, EV_CRED_CHANGE, state->thread, bpf_ktime_get_ns());
    out->syscall_sequence = state->syscall_sequence;
    out->before = before;
    out->after = after;
    out->syscall = nr;
    out->abi = abi;
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(syscall_exit, struct pt_regs *regs, long value)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    if (!state)
        return 0;
    u32 abi = syscall_abi(task, regs);
    s32 nr = syscall_number(regs, abi);
    struct ev_syscall_traits *known = traits_of(abi, nr);

    if (state->flags & TASK_NEWBORN) {
        state->flags &= ~TASK_NEWBORN;
        if (value == 0 && known && known->flags & EV_TRAIT_CREATES_TASK)
            return 0; /* the second return of the parent's call */
    }
    /* before the outcome: whoever reads it then knows all of the syscall */
    if (known && known->flags & EV_TRAIT_CHANGES_CREDS)
        note_cred_change(task, state, nr, abi);
    if (state->checked == state->syscall_sequence + 1)
        send_outcome(state, result_to_tell(state, value));
    state->syscall_sequence++;
    return 0;
}
