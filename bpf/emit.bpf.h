/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place that touches the ring buffer: reserve or count, submit and wake.
 *
 * A wakeup for each event costs more than the event, so the reader is woken when a part of the ring is full
 * and polls otherwise.  Checks and outcomes leave a share of the ring to process and credential events: a lost
 * exec would attribute a whole subtree to the wrong program.
 */
#ifndef CAPREC_EMIT_BPF_H
#define CAPREC_EMIT_BPF_H

#include "state.bpf.h"

static __always_inline u64 wake_flags(u64 waiting)
{
    if ((waiting <= wake_share && !reader_is_wanted) || reader_is_awake)
        return BPF_RB_NO_WAKEUP;
    reader_is_awake = 1;
    reader_is_wanted = 0;
    return BPF_RB_FORCE_WAKEUP;
}

static __always_inline void fill_header(struct ev_header *header, u32 type, u64 thread, u64 time)
{
    header->type = type;
    header->reserved = 0;
    header->time = time;
    header->thread = thread;
}

/* For checks and outcomes.  waiting: bytes in the ring, from bpf_ringbuf_query. */
static __always_inline void *reserve_detail(u64 bytes, u64 waiting)
{
    if (waiting > check_share)
        return 0;
    return bpf_ringbuf_reserve(&ring, bytes, 0);
}

static __always_inline u64 ring_waiting(void)
{
    return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
}

/* The same for checks and outcomes: the ring is asked only now and then, as the question costs as much as the
 * record.  Records written in between are few compared with the share that is kept from them. */
static __always_inline u64 detail_waiting(struct ev_counters *mine)
{
    if (mine->ring_credits) {
        mine->ring_credits--;
        return 0;
    }
    u64 waiting = ring_waiting();
    if (waiting < wake_share / 2)
        mine->ring_credits = ring_credits;
    return waiting;
}

#endif
