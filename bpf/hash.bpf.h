/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A seeded 64-bit mix for content keys: short, and good enough that 2^16 contents do not meet by chance. */
#ifndef CAPREC_HASH_BPF_H
#define CAPREC_HASH_BPF_H

#include "state.bpf.h"

static __always_inline u64 mix(u64 hash, u64 word)
{
    hash = (hash ^ word) * 0x9fb21c651e98df25ULL;
    return hash ^ hash >> 32;
}

/* Never 0, which stands for "none". */
static __always_inline u64 finish(u64 hash)
{
    hash ^= hash >> 29;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 32;
    return hash ? hash : 1;
}

#endif
