/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pointers that the verifier shall not trust.  For each pointer that is read from a structure it trusts, such as the
 * current task, the verifier finds out whether to trust that pointer, too, by four searches through the names of all
 * types of the kernel: 0.3 ms each time.  That was three quarters of the time that loading took.  Through a pointer
 * that is not trusted a program may read, and nothing more, which is all that is done here.
 */
#ifndef CAPREC_PLAIN_BPF_H
#define CAPREC_PLAIN_BPF_H

#include "kernel_types.h"
#include "kernel_variant.bpf.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

static __always_inline struct task_struct *plain_task(struct task_struct *task)
{
    return READ_ONLY(task, struct task_struct);
}

static __always_inline const struct cred *plain_cred(const struct cred *cred)
{
    return READ_ONLY(cred, struct cred);
}

/* A member of a kernel's struct behind a pointer that the verifier knows the type of, or behind a plain number, as the
 * registers of a kprobe are. `typed` is a constant: just one of the two ways is compiled. */
#define READ(typed, pointer, member) ((typed) ? (pointer)->member : BPF_CORE_READ(pointer, member))

static __always_inline u64 read_caps(bool typed, const kernel_cap_t *from)
{
    u64 set = 0;
    if (typed)
        return from->val;
    bpf_probe_read_kernel(&set, sizeof set, from);
    return set;
}

#endif
