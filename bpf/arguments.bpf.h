/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells which registers of a syscall are its arguments.  The contents of the others are left from what the program did
 * before, and are nobody's to record.
 */
#ifndef CAPREC_ARGUMENTS_BPF_H
#define CAPREC_ARGUMENTS_BPF_H

#include "arch.bpf.h"
#include "state.bpf.h"

/* uapi/asm-generic/fcntl.h: flags that make the mode of open(2) an argument; a size below SMALL_SIZE cannot be an
 * address */
enum { CREATES_FILE = 0x40 | 0x400000, SMALL_SIZE = 0x10000 };

static __always_inline u64 argument_at(const struct syscall_state *now, u32 index)
{
    return index < 6 ? now->args[index] : 0;
}

/* The arguments that a call has, also where they depend on a command word, or on the flag that makes open(2) create
 * a file. */
static __always_inline struct ev_argument_set arguments_of(const struct syscall_state *now)
{
    struct ev_argument_set set = {};
    struct ev_syscall_traits *known = traits_of(now->abi, now->nr);
    if (!known)
        return set;
    set = known->arguments;
    if (!known->varies)
        return set;
    u32 place = known->varies & EV_VARIES_PLACE;
    if (known->varies & EV_VARIES_WITH_CREATION) {
        if (!(argument_at(now, place - 1) & CREATES_FILE)) {
            set.all &= ~(1U << place);
            set.numbers &= ~(1U << place);
        }
        return set;
    }
    u64 key = (u64)now->abi << 56 | (u64)(u32)now->nr << 32 | (u32)argument_at(now, place);
    struct ev_argument_set *found = bpf_map_lookup_elem(&argument_sets, &key);
    return found ? *found : set;
}

/* `hidden`: the caller may not trace the program, and only numbers, flags and small sizes are told. */
static __always_inline void keep_arguments(struct syscall_state *now, bool hidden)
{
    struct ev_argument_set set = arguments_of(now);
#pragma unroll
    for (u32 i = 0; i < 6; i++) {
        u64 value = now->args[i] & -(u64)(set.all >> i & 1);
        if (withhold_secure && hidden) {
            u64 size = value < SMALL_SIZE ? value & -(u64)(set.sizes >> i & 1) : 0;
            value = (u32)value & -(u64)(set.numbers >> i & 1);
            value |= size;
        }
        now->args[i] = value;
    }
}

#endif
