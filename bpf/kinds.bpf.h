/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording of kinds: what came before is counted and not sent again.  What a check means can depend on the others in
 * its syscall, and on how that ended, so it is calls that are known or not: by the kinds of their checks, in the order
 * of their first times, and by the result.  A new one is sent as a whole.
 */
#ifndef CAPREC_KINDS_BPF_H
#define CAPREC_KINDS_BPF_H

#include "arch.bpf.h"
#include "arguments.bpf.h"
#include "emit.bpf.h"
#include "first_seen.bpf.h"
#include "hash.bpf.h"
#include "hidden.bpf.h"
#include "object.bpf.h"
#include "state.bpf.h"

/* A function that is verified once, and left out where nothing calls it. */
#ifdef CAPREC_LIGHT
#define ONCE static __noinline
#else
#define ONCE __weak __noinline
#endif

/* Hashes of the calls that were sent, as an open-addressed table. */
enum { KNOWN_CALL_PROBES = 16 };
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1); /* the user side sets EV_KNOWN_CALLS for a recording of kinds */
    __type(key, u32);
    __type(value, u64);
} known_calls SEC(".maps");

/* Whether it is new; it is known from then on.  When there is no room, it is not sent, and that is counted. */
ONCE int is_new_call(u64 call)
{
    for (u32 probe = 0; probe < KNOWN_CALL_PROBES; probe++) {
        u32 place = (u32)(call + probe) % EV_KNOWN_CALLS;
        u64 *known = bpf_map_lookup_elem(&known_calls, &place);
        if (!known)
            return 0;
        u64 holder = *(volatile u64 *)known;
        if (!holder)
            holder = __sync_val_compare_and_swap(known, 0, call);
        if (!holder)
            return 1;
        if (holder == call)
            return 0;
    }
    COUNT_SHARED(lost_first_seen);
    COUNT_SHARED(lost_outcomes);
    return 0;
}

struct known_scratch {
    struct ev_object object;
    struct syscall_state now;
};
SCRATCH(known_scratch, struct known_scratch)

/* The object of the call: exec has replaced what its arguments point to by the time that it ends. */
static __always_inline void find_object(struct task_struct *task, struct task_state *state, struct ev_known_checks *out)
{
    struct known_scratch *scratch = my_known_scratch();
    const struct ev_syscall_traits *known = traits_of(state->checked_abi, state->checked_nr);
    if (!scratch || !known || !known->object_kind || address_of_mm(state, task) != state->mm)
        return;
    if (known->flags & EV_TRAIT_CHANGES_CREDS && known->object_kind == EV_OBJECT_PATH)
        return;
    if (withhold_secure && is_hidden(task, state)) {
        out->flags |= EV_CHECK_OBJECT_WITHHELD;
        return;
    }
    scratch->now.abi = state->checked_abi;
    read_arguments((struct pt_regs *)bpf_task_pt_regs(task), &scratch->now);
    u32 at = known->object_argument, length = known->length_argument;
    u64 argument = at < 6 ? scratch->now.args[at] : 0, bytes = length < 6 ? scratch->now.args[length] : 0;
    if (read_object(known, argument, bytes, &scratch->object))
        out->object = keep_object(&scratch->object);
    else
        out->flags |= EV_CHECK_OBJECT_UNREADABLE;
}

/* Sends the checks of the present call that were only counted so far: all of them.  A function of its own, so that it
 * is verified once. */
ONCE int send_known_checks(void)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    struct ev_counters *mine = my_counters();
    if (!state || !mine || !state->slot_count)
        return 0;
    u64 waiting = detail_waiting(mine);
    struct ev_known_checks *out = reserve_detail(sizeof *out, waiting);
    if (!out) {
        mine->lost_checks += state->slot_count;
        mine->known_checks -= state->slot_count;
        return 0;
    }
    __builtin_memset(out, 0, sizeof *out);
    fill_header(&out->header, EV_KNOWN_CHECKS, state->thread, bpf_ktime_get_ns());
    out->syscall_sequence = state->syscall_sequence;
#pragma unroll
    for (u32 i = 0; i < PENDING_ROWS; i++)
        out->slots[i] = i < state->slot_count ? state->slots[i] : 0;
    out->count = state->slot_count;
    mine->known_checks -= out->count;
    find_object(task, state, out);
    bpf_ringbuf_submit(out, wake_flags(waiting));
    return 0;
}

/* Whether all of the present call is sent. The recorder's tests of its hooks wait for each of their own. */
static __always_inline bool is_told(const struct task_state *state)
{
    return state->flags & TASK_RECORDER || state->told == state->syscall_sequence + 1;
}

/* From here on, all of the present call is sent. */
static __always_inline void tell_call(struct task_state *state)
{
    if (is_told(state))
        return;
    if (state->checked == state->syscall_sequence + 1)
        send_known_checks();
    state->told = state->syscall_sequence + 1;
}

/* At its end: whether its outcome is sent. */
static __always_inline bool tells_outcome(struct task_state *state, u64 code, u32 answer)
{
    if (is_new_call(finish(mix(mix(state->call, code), answer))))
        tell_call(state);
    return is_told(state);
}

#endif
