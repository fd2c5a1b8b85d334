// SPDX-License-Identifier: GPL-2.0-or-later
#include "life.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("tp_btf/task_newtask")
int BPF_PROG(task_new, struct task_struct *task, u64 clone_flags)
{
    task_begins(task, clone_flags);
    return 0;
}

/* cgroup.procs was written to, or cgroup.threads. */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(task_moved, struct cgroup *cgroup, const char *path, struct task_struct *task, bool with_others)
{
    struct task_state *state = state_of(task);
    if (state)
        note_place(task, state, state->thread, state->place, BY_MOVE);
    else if (HAS_SCOPE && scope == EV_SCOPE_CGROUP && is_in_scope(task)) {
        want_search(); /* for its other threads, and for what it has mapped */
        take_in(task, BY_MOVE);
    }
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
