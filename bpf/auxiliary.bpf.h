/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the auxiliary vector of a program says, where nothing else in the kernel does. */
#ifndef CAPREC_AUXILIARY_BPF_H
#define CAPREC_AUXILIARY_BPF_H

#include "kernel_types.h"
#include "loop.bpf.h"

#include <bpf/bpf_core_read.h>

enum { AUXILIARY_WORDS = 2 * 32, AT_SECURE = 23 };
struct auxiliary {
    u64 word[AUXILIARY_WORDS];
};

/* One word of the auxiliary vector, which a program finds on its stack: pairs of a type and a value.  A program of 32
 * bits has pairs of 32-bit words. */
struct auxiliary_search {
    struct auxiliary *auxiliary;
    u32 is_narrow, is_secure;
};
static long auxiliary_step(u32 index, struct auxiliary_search *search)
{
    struct auxiliary *auxiliary = search->auxiliary;
    u64 word = auxiliary->word[index & (AUXILIARY_WORDS - 1)];
    if (search->is_narrow)
        search->is_secure |= (u32)word == AT_SECURE && word >> 32;
    else if (!(index & 1))
        search->is_secure |= word == AT_SECURE && auxiliary->word[(index + 1) & (AUXILIARY_WORDS - 1)];
    return search->is_secure ? 1 : 0;
}
LOOP_STEP(auxiliary_step, struct auxiliary_search)

/* AT_SECURE.  The first type is a small number, which tells the two widths apart.  A function of its own for the sake
 * of the stack. */
static __noinline bool is_secure(struct auxiliary *auxiliary, u64 mm)
{
    if (!auxiliary || bpf_probe_read_kernel(auxiliary, sizeof *auxiliary,
                                            (void *)mm + bpf_core_field_offset(struct mm_struct, saved_auxv)))
        return false;
    struct auxiliary_search search = {auxiliary, auxiliary->word[0] >> 32 != 0, 0};
    REPEAT(AUXILIARY_WORDS, auxiliary_step, &search);
    return search.is_secure;
}

#endif
