/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loops of many steps.  The verifier follows a loop of the program's own through each of its rounds, and gives up after
 * a million instructions; a function that the kernel calls for each step is verified once, however many there are.
 * bpf_loop() (Linux 5.17) calls one.  The programs for older kernels have bpf_for_each_map_elem() (5.13) do so for each
 * element of a map: an array stands for the numbers, and what is in it does not matter.
 *
 *     static long NAME(u32 index, struct CONTEXT *context)   one step; returns 1 to end the loop, 0 to go on
 *     LOOP_STEP(NAME, struct CONTEXT)                        behind it
 *     REPEAT(times, NAME, &context)                          returns how many steps were made, the last one included
 */
#ifndef CAPREC_LOOP_BPF_H
#define CAPREC_LOOP_BPF_H

#include "kernel_types.h"
#include "kernel_variant.bpf.h"

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

enum { MOST_STEPS = 1 << 17 }; /* of one loop: more than a task can have groups */

#if CAPREC_VARIANT >= 1

#define LOOP_STEP(name, content)
#define REPEAT(times, name, context) bpf_loop(times, name, context, 0)

#else

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, MOST_STEPS);
    __type(key, u32);
    __type(value, u8);
} loop_steps SEC(".maps");

struct loop {
    void *context;
    u64 times;
};

#define LOOP_STEP(name, content)                                                                               \
    static long name##_called(const void *map, const u32 *index, const void *element, const struct loop *loop) \
    {                                                                                                          \
        return *index < loop->times ? name(*index, (content *)loop->context) : 1;                              \
    }

/* The last call may have done no more than find the end. */
#define REPEAT(wanted, name, content)                                             \
    ({                                                                            \
        struct loop loop_ = {content, wanted};                                    \
        u64 made_ = bpf_for_each_map_elem(&loop_steps, name##_called, &loop_, 0); \
        made_ < loop_.times ? made_ : loop_.times;                                \
    })

#endif

#endif
