/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A task's number, and the task of a number, in PID namespaces. */
#ifndef CAPREC_PID_BPF_H
#define CAPREC_PID_BPF_H

#include "event.h"
#include "kernel_types.h"
#include "kernel_variant.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

enum { OWN_LEVEL = 0xffffffff };

static __always_inline u64 place_in_pid(struct pid *pid, u32 level)
{
    u32 own = BPF_CORE_READ(pid, level);
    return bpf_core_field_offset(struct pid, numbers) +
           (u64)(level < own ? level : own) * bpf_core_type_size(struct upid);
}

/* The number of a task in its PID namespace of that level, or in its own when it is not as deep. */
static __always_inline u32 pid_number(struct pid *pid, u32 level)
{
    u32 nr = 0;
    bpf_probe_read_kernel(&nr, sizeof nr,
                          (void *)pid + place_in_pid(pid, level) + bpf_core_field_offset(struct upid, nr));
    return nr;
}

/* The numbers of a task and of its process: in the initial PID namespace, in the recorder's, and in its own. */
static __always_inline void fill_numbers(struct ev_task *to, struct task_struct *task, u32 recorder_level)
{
    struct pid *tid = BPF_CORE_READ(task, thread_pid);
    struct pid *tgid = BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]);
    to->tgid = task->tgid;
    to->tid = task->pid;
    to->recorder_tgid = pid_number(tgid, recorder_level);
    to->recorder_tid = pid_number(tid, recorder_level);
    to->own_tgid = pid_number(tgid, OWN_LEVEL);
    to->own_tid = pid_number(tid, OWN_LEVEL);
}

/* The PID namespace of that level that a task lives in, or its own when it is not as deep. */
static __always_inline struct pid_namespace *pid_namespace_at(struct pid *pid, u32 level)
{
    struct pid_namespace *ns = 0;
    bpf_probe_read_kernel(&ns, sizeof ns,
                          (void *)pid + place_in_pid(pid, level) + bpf_core_field_offset(struct upid, ns));
    return ns;
}

static __always_inline struct pid_namespace *own_pid_namespace(struct pid *pid)
{
    return pid_namespace_at(pid, OWN_LEVEL);
}

/* The PID namespace that a number is from. */
enum pid_numbering { NUMBERS_UNKNOWN, NUMBERS_GLOBAL, NUMBERS_OWN };

static __always_inline u32 numbering_of(struct pid_namespace *ns, struct task_struct *task)
{
    if (BPF_CORE_READ(ns, level) == 0)
        return NUMBERS_GLOBAL;
    return ns == own_pid_namespace(BPF_CORE_READ(task, thread_pid)) ? NUMBERS_OWN : NUMBERS_UNKNOWN;
}

/* The numbering of the current task's namespace. */
static __always_inline u32 own_numbering(struct task_struct *task)
{
    return BPF_CORE_READ(task, thread_pid, level) == 0 ? NUMBERS_GLOBAL : NUMBERS_OWN;
}

#endif
