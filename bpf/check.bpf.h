/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One capability check, whatever hook saw it.  A hook is a file that calls check_made() with what it knows.
 */
#ifndef CAPREC_CHECK_BPF_H
#define CAPREC_CHECK_BPF_H

#include "arch.bpf.h"
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "first_seen.bpf.h"
#include "hash.bpf.h"
#include "state.bpf.h"
#include "user_stack.bpf.h"

#include <bpf/bpf_tracing.h>

/* What is being put together.  In a map and not on the stack, where the verifier would follow each value of each
 * field through every branch: that alone made loading take a quarter of a second. */
struct check_scratch {
    struct ev_check check;
    struct syscall_state now;
    struct ev_stack stack;
    struct ev_object object;
    u64 address;
};
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct check_scratch);
} check_scratch SEC(".maps") __weak;

/* How often each kind of check was made, for the walk policy: direct-mapped; a kind that loses its place
 * starts again, and is walked more often than it need be. */
enum { WALK_ROWS = 65536, WALKS_ALWAYS = 64, WALKS_A_SECOND = 2000 };
struct walk_row {
    u64 key, count;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, WALK_ROWS);
    __type(key, u32);
    __type(value, struct walk_row);
} walk_rows SEC(".maps") __weak;

/* Addresses differ from run to run and from process to process: they would make each check a kind of its own. */
static __always_inline u64 without_address(u64 argument)
{
    return argument >= 0x10000 && argument < 1ULL << 47 ? 0x10000 : argument;
}

/* Where things lie in the memory of a more privileged process is not the caller's to see.  Flags, numbers and small
 * sizes stay: what is not below 4 GiB and no negative number can be an address. */
static __always_inline void withhold_addresses(struct ev_check *check)
{
#pragma unroll
    for (u32 i = 0; i < 6; i++)
        if (check->args[i] >> 32 && !(check->args[i] >> 56))
            check->args[i] = 1ULL << 32;
}

/* Where in its mapping the code stands: the same number in each process of an image. */
static __always_inline u64 relative_ip(const struct mm_struct *mm, u64 ip)
{
    u64 start = mm->start_code, end = mm->end_code, base = mm->mmap_base;
    if (ip >= start && ip < end)
        return ip - start;
    return ip < base ? base - ip : ip & 4095;
}

/* The hook's arguments stand on the stack it was called on: not the task's own one in an interrupt. */
static __always_inline u32 context_of(struct task_struct *task, struct check_scratch *scratch, void *arguments)
{
    u64 depth = as_number(arguments, &scratch->address) - as_number(task->stack, &scratch->address);
    return depth < KERNEL_STACK_BYTES ? EV_CONTEXT_TASK : EV_CONTEXT_INTERRUPT;
}

static __always_inline u64 argument_of(const struct ev_check *check, u32 index)
{
    return index < 6 ? check->args[index] : 0;
}

static __always_inline void note_object(struct ev_check *check, struct task_state *state, struct ev_object *object)
{
    struct ev_syscall_traits *known = traits_of(check->abi, check->syscall);
    if (!known || !known->object_kind)
        return;
    if (state->flags & TASK_WITHHELD) {
        struct ev_counters *mine = my_counters();
        if (mine)
            mine->withheld_objects++;
        check->flags |= EV_CHECK_OBJECT_WITHHELD;
        return;
    }
    u64 argument = argument_of(check, known->object_argument);
    long got;
    __builtin_memset(object, 0, sizeof *object);
    object->kind = known->object_kind;
    if (known->object_kind == EV_OBJECT_COMMAND) {
        u64 bytes = known->length_argument == 8 ? 8 : 4;
        __builtin_memcpy(object->bytes, &argument, 8);
        object->length = bytes;
    } else if (known->object_kind == EV_OBJECT_PATH) {
        got = bpf_probe_read_user_str(object->bytes, sizeof object->bytes, (const void *)argument);
        if (got <= 0)
            goto unreadable;
        object->length = got - 1; /* without the NUL */
        object->truncated = got == sizeof object->bytes;
    } else {
        u64 length = argument_of(check, known->length_argument);
        object->truncated = length > EV_OBJECT_BYTES;
        if (length > EV_OBJECT_BYTES)
            length = EV_OBJECT_BYTES;
        barrier_var(length);
        length &= 0xff;
        if (bpf_probe_read_user(object->bytes, length, (const void *)argument))
            goto unreadable;
        object->length = length;
    }
    u64 key = hash_seed;
    const u64 *words = (const u64 *)object;
    for (u32 i = 0; i < sizeof *object / 8; i++)
        key = mix(key, words[i]);
    key = finish(key);
    if (!bpf_map_lookup_elem(&objects, &key) && bpf_map_update_elem(&objects, &key, object, BPF_ANY)) {
        struct ev_counters *mine = my_counters();
        if (mine)
            mine->lost_objects++;
        return;
    }
    check->object = key;
    return;
unreadable:
    check->flags |= EV_CHECK_OBJECT_UNREADABLE;
}

static __always_inline void note_stack(void *ctx, struct ev_check *check, struct ev_stack *stack)
{
    struct ev_counters *mine = my_counters();
    __builtin_memset(stack, 0, sizeof *stack);
    long bytes = bpf_get_stack(ctx, stack->frames, sizeof stack->frames, 0);
    if (bytes > 0) {
        stack->depth = (u64)bytes / 8;
        u64 key = hash_seed;
#pragma unroll
        for (u32 i = 0; i < EV_STACK_FRAMES; i++) /* all of them: without a branch the verifier has one path */
            key = mix(key, stack->frames[i]);
        key = finish(key);
        if (bpf_map_lookup_elem(&stacks, &key) || !bpf_map_update_elem(&stacks, &key, stack, BPF_ANY)) {
            check->stack = key;
            return;
        }
    }
    check->flags |= EV_CHECK_STACK_LOST;
    if (mine)
        mine->lost_stacks++;
}

/* Every check is walked, except that a kind past its first 64 on a CPU past 2,000 walks in this second is
 * walked at each 2^k-th only: a walk costs ten times what the rest of the check does.  A function of its own, so
 * that it is verified once. */
__weak __noinline int should_walk(u64 key, u64 now)
{
    struct ev_counters *mine = my_counters();
    u32 place = (u32)(key % WALK_ROWS);
    struct walk_row *row = bpf_map_lookup_elem(&walk_rows, &place);
    if (!row || !mine)
        return 1;
    u64 count = 1;
    if (row->key == key)
        count = ++row->count;
    else
        row->key = key, row->count = 1;
    u64 second = now >> 30; /* 1.07 s */
    if (mine->walk_second != second)
        mine->walk_second = second, mine->walks = 0;
    if (!walk_every_stack && count > WALKS_ALWAYS && mine->walks >= WALKS_A_SECOND && (count & (count - 1)))
        return 0;
    mine->walks++;
    return 1;
}

static __always_inline void expect_outcome(struct task_state *state, struct ev_check *check, u32 slot)
{
    if (state->checked != state->syscall_sequence + 1) {
        state->checked = state->syscall_sequence + 1;
        state->checked_nr = check->syscall;
        state->checked_abi = check->abi;
        state->slot_count = 0;
    }
    u32 at = state->slot_count;
    if (slot && at < PENDING_KEYS) {
        state->slots[at & (PENDING_KEYS - 1)] = slot;
        state->slot_count = at + 1;
    }
}

/* Bits of task->flags to bits of ours, without a branch for each. */
static __always_inline u32 flags_of(struct task_struct *task, struct task_state *state)
{
    u32 kernel = task->flags, ours = state->flags;
    return !!(kernel & PF_KTHREAD) * EV_CHECK_KTHREAD | !!(kernel & PF_IO_WORKER) * EV_CHECK_IO_WORKER |
           !!(kernel & PF_EXITING) * EV_CHECK_EXITING | !!(ours & TASK_BEFORE_EXEC) * EV_CHECK_BEFORE_EXEC |
           !!(ours & TASK_NEWBORN) * EV_CHECK_NEWBORN;
}

/* The kind of a check, without and with the depth of the user stack (see struct ev_first_seen). */
static __always_inline u64 kind_of(const struct ev_check *check, const struct syscall_state *now, u64 image,
                                   const struct mm_struct *mm, u64 *with_depth)
{
    /* two chains: the processor works on both at once */
    u64 a = mix(hash_seed, image);
    u64 b = mix(hash_seed, (u64)(u32)check->result << 32 | (u64)check->context << 24 | (u64)check->abi << 16 |
                               (u64)check->capability << 8 | (check->flags & EV_CHECK_BEFORE_EXEC));
    a = mix(a, without_address(now->args[0]) << 32 ^ without_address(now->args[1]) ^ (u64)(u32)now->nr << 16);
    b = mix(b, (u64)check->target_ns.inode << 32 | check->target_ns.owner);
    u64 depth = 0;
    if (mm && now->ip) {
        a = mix(a, relative_ip(mm, now->ip));
        depth = mm->start_stack - now->sp;
    }
    u64 kind = mix(mix(b, check->cred), a);
    *with_depth = finish(mix(kind, depth));
    return finish(kind);
}

static __always_inline void enter_syscall(struct task_struct *task, struct task_state *state, struct syscall_state *now)
{
    struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
    read_syscall(task, regs, now);
    if (!now->abi)
        return;
    /* an exec rewrites the number, and may change the ABI, before it returns: what was entered counts */
    if (state->checked == state->syscall_sequence + 1) {
        now->nr = state->checked_nr;
        now->abi = state->checked_abi;
    }
    read_arguments(regs, now);
}

static __always_inline void check_made(void *ctx, const struct cred *cred, struct user_namespace *target_ns, int cap,
                                       int result, u32 options)
{
    u32 zero = 0;
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    struct ev_counters *mine = my_counters();
    struct check_scratch *scratch = bpf_map_lookup_elem(&check_scratch, &zero);
    if (!state || !mine || !scratch)
        return;
    mine->checks_made += !(state->flags & TASK_RECORDER);

    struct ev_check *check = &scratch->check;
    struct syscall_state *now = &scratch->now;

    check->flags = flags_of(task, state);
    if (cred == task->real_cred) {
        check->flags |= EV_CHECK_REAL_CRED;
        check->cred = real_cred_key(state, task, CRED_OF_CHECK);
    } else {
        check->cred = other_cred_key(state, task, cred, CRED_OF_CHECK);
    }
    if (cred == task->cred)
        check->flags |= EV_CHECK_CURRENT_CRED;
    check->context = context_of(task, scratch, ctx);
    __builtin_memset(now, 0, sizeof *now);
    /* the registers of a worker or of a newborn are its creator's */
    if (check->context == EV_CONTEXT_TASK &&
        !(check->flags & (EV_CHECK_KTHREAD | EV_CHECK_IO_WORKER | EV_CHECK_NEWBORN)))
        enter_syscall(task, state, now);

    fill_header(&check->header, EV_CHECK, state->thread, bpf_ktime_get_ns());
    __builtin_memcpy(check->args, now->args, sizeof check->args);
    if (state->flags & TASK_WITHHELD)
        withhold_addresses(check);
    check->syscall_sequence = state->syscall_sequence;
    check->stack = 0;
    check->object = 0;
    fill_user_ns(&check->target_ns, target_ns);
    check->result = result;
    check->options = options;
    check->syscall = now->nr;
    check->capability = cap;
    check->abi = now->abi;
    check->user_stack = 0;

    u64 kind = kind_of(check, now, state->image, task->mm, &check->key);
    u32 slot = count_first_seen(&state->tally, kind);
    if (should_walk(check->key, check->header.time)) {
        check->flags |= EV_CHECK_WALKED;
        note_stack(ctx, check, &scratch->stack);
        if (check->abi)
            note_object(check, state, &scratch->object);
        if (user_stack_kind)
            note_user_stack(ctx, task, state, check);
    }
    if (check->abi)
        expect_outcome(state, check, slot & (ROW_IS_NEW - 1));
    if (slot & ROW_IS_NEW)
        fill_first_seen(slot & (ROW_IS_NEW - 1), check);
    if (check->flags & EV_CHECK_EXITING)
        hand_in(&state->tally); /* the exit, which does it otherwise, may be over */

    u64 waiting = ring_waiting();
    struct ev_check *out = reserve_detail(sizeof *out, waiting);
    if (!out) {
        mine->lost_checks++;
        return;
    }
    __builtin_memcpy(out, check, sizeof *out);
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

#endif
