/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The short way of a recording of kinds: most checks are of a kind that is known, and need not be put together to find
 * that out.  A table goes from all that makes the kind of an ordinary check to its row.
 */
#ifndef CAPREC_KNOWN_KIND_BPF_H
#define CAPREC_KNOWN_KIND_BPF_H

#include "arch.bpf.h"
#include "arguments.bpf.h"
#include "call_path.bpf.h"
#include "cred.bpf.h"
#include "first_seen.bpf.h"
#include "hash.bpf.h"
#include "kinds.bpf.h"
#include "plain.bpf.h"
#include "state.bpf.h"

/* Addresses differ from run to run and from process to process: they would make each check a kind of its own. */
static __always_inline u64 without_address(u64 argument)
{
    return argument >= 0x10000 && argument < 1ULL << 47 ? 0x10000 : argument;
}

/* The place of the code in its mapping: the same number in each process of an image. */
static __always_inline u64 relative_ip(const struct mm_struct *mm, u64 ip)
{
    u64 start = mm->start_code, end = mm->end_code, base = mm->mmap_base;
    if (ip >= start && ip < end)
        return ip - start;
    return ip < base ? base - ip : ip & 4095;
}

/* Direct-mapped: one that loses its place goes the long way once more. */
struct known_kind {
    u64 mark; /* hash of all that makes the kind, and of what differs without making another; 0: being written */
    u64 kind;
    u64 slot;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1); /* the user side sets EV_QUICK_KINDS for a recording of kinds */
    __type(key, u32);
    __type(value, struct known_kind);
} known_kinds SEC(".maps");

/* What the hook knows of a check. */
struct asked_now {
    const struct cred *cred;
    const struct user_namespace *target_ns; /* null: the initial one */
    u64 from;
    s32 capability, result;
    u32 options;
};

/* The mark of an ordinary check: by a task's own credential, inside of a syscall, come by the path of the last one.
 * 0: it is none. */
static __always_inline u64 mark_of(struct task_struct *task, struct task_state *state, const struct asked_now *asked,
                                   struct syscall_state *now)
{
    struct task_struct *plain = plain_task(task);
    const struct mm_struct *mm = plain->mm;
    struct raw_stack *raw = my_raw_stack();
    if (!raw || !mm || withhold_secure || state->flags || plain->flags & (PF_KTHREAD | PF_IO_WORKER | PF_EXITING))
        return 0;
    u64 address = as_number(asked->cred, &state->spill);
    if (address != state->real.mark || asked->cred != plain->real_cred)
        return 0;
    if (asked->from - as_number(plain->stack, &state->spill) >= KERNEL_STACK_BYTES)
        return 0;
    if (!state->path || address_of_mm(state, task) != state->mm)
        return 0;
    struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
    read_syscall(task, regs, now);
    if (!now->abi)
        return 0;
    read_arguments(regs, now);
    raw->begin = raw->end = 0;
    u64 stack = agreed_stack(raw, state->path, asked->from, (u64)now->abi << 32 | (u32)now->nr);
    const struct ev_syscall_traits *known = traits_of(now->abi, now->nr);
    if (!stack || !known)
        return 0;
    const volatile __u64 *factor = kind_factors;
    u64 mark = stack * factor[6] + (state->image ^ state->cgroup) * factor[7] + state->real.key * factor[8] +
               relative_ip(mm, now->ip) * factor[9] + as_number(asked->target_ns, &state->spill) * factor[10] +
               ((u64)(u32)now->nr << 32 | (u64)now->abi << 16 | (u32)asked->capability) * factor[11] +
               ((u64)asked->options << 32 | (u32)asked->result) * factor[12];
#pragma unroll
    for (u32 i = 0; i < 6; i++)
        mark += (without_address(now->args[i]) & -(u64)(known->arguments.all >> i & 1)) * factor[i];
    return finish(mark);
}

static __always_inline struct known_kind *known_kind_at(u64 mark)
{
    u32 place = mark % EV_QUICK_KINDS;
    return bpf_map_lookup_elem(&known_kinds, &place);
}

/* 1 + the place of the row of its kind; 0: the long way tells. */
static __always_inline u32 known_slot(u64 mark, u64 *kind)
{
    struct known_kind *known = mark ? known_kind_at(mark) : 0;
    if (!known || *(volatile u64 *)&known->mark != mark)
        return 0;
    *kind = *(volatile u64 *)&known->kind;
    u32 slot = *(volatile u64 *)&known->slot;
    return *(volatile u64 *)&known->mark == mark ? slot : 0;
}

static __always_inline void learn_kind(u64 mark, u64 kind, u32 slot)
{
    struct known_kind *known = mark ? known_kind_at(mark) : 0;
    if (!known || !slot)
        return;
    *(volatile u64 *)&known->mark = 0;
    *(volatile u64 *)&known->kind = kind;
    *(volatile u64 *)&known->slot = slot;
    *(volatile u64 *)&known->mark = mark;
}

#endif
