/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A task's new name, which execve and prctl give it. */
#ifndef CAPREC_RENAME_BPF_H
#define CAPREC_RENAME_BPF_H

#include "emit.bpf.h"
#include "hidden.bpf.h"

static __always_inline void send_rename(struct task_state *state, const char *comm)
{
    u64 waiting = ring_waiting();
    struct ev_rename *out = bpf_ringbuf_reserve(&ring, sizeof *out, 0);
    if (!out) {
        COUNT_SHARED(lost_processes);
        return;
    }
    fill_header(&out->header, EV_RENAME, state->thread, bpf_ktime_get_ns());
    __builtin_memset(out->comm, 0, sizeof out->comm);
    if (state->flags & TASK_NAMELESS)
        copy_comm(out->comm, comm, true);
    else
        bpf_probe_read_kernel_str(out->comm, sizeof out->comm, comm);
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

#endif
