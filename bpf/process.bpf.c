// SPDX-License-Identifier: GPL-2.0-or-later
#include "life.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("tp_btf/task_newtask")
int BPF_PROG(task_new, struct task_struct *task, u64 clone_flags)
{
    task_begins(task, clone_flags);
    return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(task_renamed, struct task_struct *task, const char *comm)
{
    task_takes_name(task, comm);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(task_exit, struct task_struct *task)
{
    task_ends(task);
    return 0;
}
