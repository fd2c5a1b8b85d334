/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Syscalls that were refused though no capability was denied in them: by seccomp, an immutable file, a mount option, an
 * LSM.  The first of each kind is sent; the rest are counted, so that a loop of them fills nothing.
 */
#ifndef CAPREC_REFUSAL_BPF_H
#define CAPREC_REFUSAL_BPF_H

#include "arch.bpf.h"
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "hash.bpf.h"
#include "hidden.bpf.h"
#include "kinds.bpf.h"
#include "object.bpf.h"
#include "state.bpf.h"

enum { REFUSED_EPERM = -1, REFUSED_EACCES = -13 };

static __always_inline bool is_refused(s64 value)
{
    return value == REFUSED_EPERM || value == REFUSED_EACCES;
}
enum { SECCOMP_STRICT = 1, SECCOMP_FILTERED = 2 };

CONTENT_MAP(refusals, struct ev_refusal, 4096);

struct refusal_scratch {
    struct ev_refusal record;
    struct ev_object object;
    struct syscall_state now;
};
SCRATCH(refusal_scratch, struct refusal_scratch)

static __always_inline u32 seccomp_flags(struct task_struct *task)
{
    if (!bpf_core_field_exists(task->seccomp.mode))
        return 0;
    int mode = BPF_CORE_READ(task, seccomp.mode);
    return mode == SECCOMP_FILTERED ? EV_REFUSAL_FILTERED : mode == SECCOMP_STRICT ? EV_REFUSAL_STRICT : 0;
}

/* The key of the object only: the object is kept when the refusal is sent. */
static __always_inline u64 refused_object(struct task_struct *task, struct task_state *state,
                                          struct refusal_scratch *scratch, u32 abi, s32 nr)
{
    struct ev_syscall_traits *known = traits_of(abi, nr);
    if (!known || !known->object_kind || is_hidden(task, state))
        return 0;
    scratch->now.abi = abi;
    read_arguments((struct pt_regs *)bpf_task_pt_regs(task), &scratch->now);
    u32 at = known->object_argument, length = known->length_argument;
    u64 argument = at < 6 ? scratch->now.args[at] : 0, bytes = length < 6 ? scratch->now.args[length] : 0;
    return read_object(known, argument, bytes, &scratch->object) ? object_key(&scratch->object) : 0;
}

/* This is about execve, above all: a refusal to execute a file can mean that a capability of the file is missing,
 * and the record tells which file.  So each of these is sent even when there is no room for its kind. */
static __always_inline bool is_sent_always(u32 abi, s32 nr, s64 value)
{
    struct ev_syscall_traits *known = traits_of(abi, nr);
    return known && value == REFUSED_EPERM && known->object_kind == EV_OBJECT_PATH && known->target == EV_TARGET_NONE;
}

/* Called at the exit of such a syscall. It is a function of its own, so that it is verified once. */
__weak __noinline int note_refusal(u64 nr, u64 abi, s64 value)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    struct refusal_scratch *scratch = my_refusal_scratch();
    if (!state || !scratch || state->flags & (TASK_BEFORE_EXEC | TASK_RECORDER))
        return 0;
    struct ev_refusal *record = &scratch->record;
    __builtin_memset(record, 0, sizeof *record);
    record->syscall = nr;
    record->abi = abi;
    record->error = -value;
    record->flags = seccomp_flags(task);
    record->cred = real_cred_key(state, task, BY_SYSCALL);
    record->object = refused_object(task, state, scratch, abi, nr);
    record->flags |= state->checked == state->syscall_sequence + 1 ? EV_REFUSAL_CHECKED : 0;
    u64 key =
        mix(mix(hash_seed, state->image), (u64)record->error << 48 | abi << 40 | (u64)record->flags << 32 | (u32)nr);
    record->key = finish(mix(mix(key, record->cred), record->object));
    struct ev_refusal *known = bpf_map_lookup_elem(&refusals, &record->key);
    if (known) {
        __sync_fetch_and_add(&known->times, 1);
        return 0;
    }
    if (ONLY_KINDS)
        tell_call(state); /* its checks explain it */
    record->times = 1;
    record->syscall_sequence = state->syscall_sequence;
    fill_header(&record->header, EV_REFUSAL, state->thread, bpf_ktime_get_ns());
    u64 waiting = ring_waiting();
    struct ev_refusal *out = 0;
    if ((!bpf_map_update_elem(&refusals, &record->key, record, BPF_ANY) || is_sent_always(abi, nr, value)) &&
        (!record->object || keep_object(&scratch->object)))
        out = reserve_detail(sizeof *out, waiting);
    if (!out) {
        COUNT_SHARED(lost_refusals);
        if (is_sent_always(abi, nr, value)) /* a verdict may rest on this one, and nothing else tells what it meant */
            COUNT_SHARED(lost_outcomes);
        return 0;
    }
    __builtin_memcpy(out, record, sizeof *out);
    bpf_ringbuf_submit(out, wake_flags(waiting));
    return 0;
}

#endif
