/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Features that not every kernel has.  All programs are compiled once for each set of them, and the recorder takes the
 * largest set that the running kernel has (recorder/program_variant.cpp).  One object with weak references, and types
 * that are looked for, would do, but for this: a feature that the kernel lacks makes libbpf go through the types of all
 * modules, which only CAP_SYS_ADMIN may.
 *   1: bpf_loop()                              (Linux 5.17),
 *      bpf_rdonly_cast(), bpf_task_from_pid()  (6.2)
 *   2: bpf_task_from_vpid()                    (6.14)
 *   3: struct task_exec_state                  (7)
 * The smallest set, 0, is that of Linux 5.15; tests/unit/recorder/oldest_kernel_test.cpp holds that.
 */
#ifndef CAPREC_KERNEL_VARIANT_BPF_H
#define CAPREC_KERNEL_VARIANT_BPF_H

#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#ifndef CAPREC_VARIANT
#define CAPREC_VARIANT 3
#endif

#if CAPREC_VARIANT >= 1
extern void *bpf_rdonly_cast(const void *object, u32 type) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
#define READ_ONLY(pointer, type) bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(type))
#else
#define READ_ONLY(pointer, type) (pointer)
static __always_inline struct task_struct *bpf_task_from_pid(s32 pid)
{
    return 0;
}
static __always_inline void bpf_task_release(struct task_struct *task)
{
}
#endif

#if CAPREC_VARIANT >= 2
extern struct task_struct *bpf_task_from_vpid(s32 vpid) __ksym;
#else
static __always_inline struct task_struct *bpf_task_from_vpid(s32 vpid)
{
    return 0;
}
#endif

#endif
