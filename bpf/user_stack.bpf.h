/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user stack of a check: registers and the live part of the stack, to be unwound elsewhere, or a walk along
 * frame pointers.
 *
 * bpf_probe_read_user() reads all or nothing, and most stacks are shorter than a snapshot.  So the length is found
 * first: the kernel knows where the first thread's stack began, and the C library keeps a thread's descriptor at the
 * top of every other.  Arguments and environment lie above both and are never read.  Where that fails, and for other
 * stacks (Go, coroutines), it goes page by page up to the first that cannot be read.
 */
#ifndef CAPREC_USER_STACK_BPF_H
#define CAPREC_USER_STACK_BPF_H

#include "arch.bpf.h"
#include "emit.bpf.h"
#include "plain.bpf.h"
#include "state.bpf.h"

enum { USER_PAGE = 4096 };

/* The snapshot lies in its page as in the program, so that each page is read to a place the verifier knows; the
 * record's head is written right in front of it.  There is one for each CPU: values of per-CPU maps are at most 32
 * KiB. */
struct user_stack_scratch {
    char room[USER_PAGE];
    char bytes[EV_SNAPSHOT_BYTES + USER_PAGE];
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1); /* the user side sets the number of CPUs */
    __type(key, u32);
    __type(value, struct user_stack_scratch);
} user_stack_scratch SEC(".maps");

/* The bytes of stack above sp; when that is not known, more than is kept. */
static __always_inline u64 live_stack(struct task_struct *task, u64 sp, u32 *flags)
{
    u64 alternate = task->sas_ss_sp, size = task->sas_ss_size;
    if (sp - alternate < size) {
        *flags |= EV_STACK_ALTERNATE;
        return alternate + size - sp;
    }
    u64 top = plain_task(task)->mm->start_stack, descriptor = thread_descriptor(task);
    if (descriptor > sp && (top <= sp || descriptor < top))
        top = descriptor;
    return top > sp ? top - sp : EV_SNAPSHOT_BYTES + 1;
}

/* Returns how many bytes could be read. */
static __always_inline u64 read_stack(struct user_stack_scratch *scratch, u64 sp, u64 wanted)
{
    u64 at = sp & (USER_PAGE - 1), length = wanted;
    barrier_var(length);
    if (length > EV_SNAPSHOT_BYTES)
        length = EV_SNAPSHOT_BYTES;
    if (length && !bpf_probe_read_user(scratch->bytes + at, length, (const void *)sp))
        return length;
    u64 got = USER_PAGE - at;
    if (bpf_probe_read_user(scratch->bytes + at, got, (const void *)sp))
        return 0;
#pragma unroll
    for (u64 page = 1; page <= EV_SNAPSHOT_BYTES / USER_PAGE; page++) {
        if (USER_PAGE * page - at >= wanted)
            break;
        if (bpf_probe_read_user(scratch->bytes + USER_PAGE * page, USER_PAGE,
                                (const void *)((sp & ~(USER_PAGE - 1ULL)) + USER_PAGE * page)))
            break;
        got = USER_PAGE * (page + 1) - at;
    }
    return got > wanted ? wanted : got;
}

static __always_inline u64 take_snapshot(struct task_struct *task, struct user_stack_scratch *scratch, u64 sp,
                                         u32 *flags)
{
    u64 live = live_stack(task, sp, flags), wanted = live;
    if (live > EV_SNAPSHOT_BYTES) {
        wanted = EV_SNAPSHOT_BYTES;
        *flags |= EV_STACK_CUT;
    }
    u64 got = read_stack(scratch, sp, wanted);
    if (got < wanted)
        *flags = (*flags & ~EV_STACK_CUT) | EV_STACK_UNREADABLE;
    return got;
}

static __always_inline void note_user_stack(void *ctx, struct task_struct *task, struct task_state *state, bool hidden,
                                            struct ev_check *check)
{
    struct ev_counters *mine = my_counters();
    if (!mine || check->context != EV_CONTEXT_TASK || !plain_task(task)->mm ||
        check->flags & (EV_CHECK_KTHREAD | EV_CHECK_IO_WORKER | EV_CHECK_BEFORE_EXEC))
        return;
    if (check->flags & EV_CHECK_IN_EXEC) /* the registers are those of the program that is gone */
        return;
    struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
    if (!runs_64_bit_code(task, regs)) {
        check->flags |= EV_CHECK_COMPAT_TASK;
        return;
    }
    if (hidden) {
        check->flags |= EV_CHECK_USER_STACK_WITHHELD;
        mine->withheld_user_stacks++;
        return;
    }
    u32 cpu = bpf_get_smp_processor_id();
    struct user_stack_scratch *scratch = bpf_map_lookup_elem(&user_stack_scratch, &cpu);
    u64 waiting = ring_waiting();
    if (!scratch || waiting > user_stack_share)
        goto lost;

    u64 sp = user_stack_pointer(regs) & ~7ULL, at = 0, length = 0;
    u32 flags = 0;
    if (user_stack_kind == EV_STACK_FRAME_POINTERS) {
        long walked = bpf_get_stack(ctx, scratch->bytes, EV_USER_FRAMES * 8, BPF_F_USER_STACK);
        if (walked <= 0)
            goto lost;
        length = walked;
    } else {
        at = sp & (USER_PAGE - 1);
        length = take_snapshot(task, scratch, sp, &flags);
    }
    barrier_var(length);
    if (length > EV_SNAPSHOT_BYTES)
        length = EV_SNAPSHOT_BYTES;
    struct ev_user_stack *out = (void *)(scratch->bytes + at - sizeof *out);
    fill_header(&out->header, EV_USER_STACK, state->thread, check->header.time);
    out->process = state->process;
    copy_registers(regs, out->registers);
    out->kind = user_stack_kind;
    out->flags = flags;
    out->bytes = length;
    if (bpf_ringbuf_output(&ring, out, sizeof *out + length, wake_flags(waiting)))
        goto lost;
    check->user_stack = 1;
    return;
lost:
    check->flags |= EV_CHECK_USER_STACK_LOST;
    mine->lost_user_stacks++;
}

#endif
