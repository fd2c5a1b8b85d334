/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sets that a call of capset asked for; whether a call of capget asked for sets or only for the version; and the
 * capability that was refused to be added to the ambient set.
 */
#ifndef CAPREC_CAPABILITY_REQUEST_BPF_H
#define CAPREC_CAPABILITY_REQUEST_BPF_H

#include "arch.bpf.h"
#include "emit.bpf.h"
#include "hidden.bpf.h"
#include "state.bpf.h"

enum { AMBIENT_SET = 47, AMBIENT_RAISE = 2 }; /* include/uapi/linux/prctl.h */
enum { CAPABILITY_VERSION_1 = 0x19980330 };   /* one word for each set; all later versions have two */

struct capability_header { /* struct __user_cap_header_struct */
    u32 version;
    s32 target; /* thread; 0: the calling one */
};

struct capability_words { /* struct __user_cap_data_struct */
    u32 effective, permitted, inheritable;
};

/* Returns false when the memory cannot be read. */
static __always_inline bool read_request(struct ev_capability_request *out, const void *header, const void *data)
{
    struct capability_header head = {};
    struct capability_words words[2] = {};

    if (bpf_probe_read_user(&head, sizeof head, header))
        return false;
    out->version = head.version;
    out->target = head.target;
    if (!data)
        return true;
    if (bpf_probe_read_user(&words[0], sizeof words[0], data))
        return false;
    if (head.version != CAPABILITY_VERSION_1 && bpf_probe_read_user(&words[1], sizeof words[1], data + sizeof words[0]))
        return false;
    out->effective = (u64)words[1].effective << 32 | words[0].effective;
    out->permitted = (u64)words[1].permitted << 32 | words[0].permitted;
    out->inheritable = (u64)words[1].inheritable << 32 | words[0].inheritable;
    return true;
}

/* Whether a prctl, at its exit, was refused because the capability is not permitted and inheritable; this is not a
 * check. */
static __always_inline bool is_refused_raise(const struct syscall_state *call, s64 value)
{
    return call->args[0] == AMBIENT_SET && call->args[1] == AMBIENT_RAISE && call->args[2] < 64 &&
           value == -1 /* EPERM */;
}

/* The caller may not see the memory of a more privileged process: it is only told that there is some.  A function of
 * its own, so that it is verified once. */
__weak __noinline int note_capability_request(u64 nr, u64 abi, s64 value)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    const struct ev_syscall_traits *known = traits_of(abi, nr);
    struct syscall_state call = {.abi = abi};
    if (!state || !known)
        return 0;
    bool sets = known->object_kind == EV_OBJECT_NONE;
    read_arguments((struct pt_regs *)bpf_task_pt_regs(task), &call);
    if (!sets && !is_refused_raise(&call, value))
        return 0;
    u64 waiting = ring_waiting();
    struct ev_capability_request *out = bpf_ringbuf_reserve(&ring, sizeof *out, 0);
    if (!out) {
        COUNT_SHARED(lost_creds);
        return 0;
    }
    fill_header(&out->header, EV_CAPABILITY_REQUEST, state->thread, bpf_ktime_get_ns());
    out->syscall_sequence = state->syscall_sequence;
    out->effective = out->permitted = out->inheritable = 0;
    out->value = value;
    out->syscall = nr;
    out->abi = abi;
    out->version = 0;
    out->target = 0;
    out->flags = call.args[1] ? EV_REQUEST_HAS_DATA : 0;
    out->reserved = 0;
    if (is_hidden(task, state))
        out->flags |= EV_REQUEST_WITHHELD;
    else if (!sets)
        out->permitted = out->inheritable = 1ULL << (call.args[2] & 63);
    else if (!read_request(out, (const void *)call.args[0], (const void *)call.args[1]))
        out->flags |= EV_REQUEST_UNREADABLE;
    bpf_ringbuf_submit(out, wake_flags(waiting));
    return 0;
}

#endif
