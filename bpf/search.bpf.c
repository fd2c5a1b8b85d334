// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The search for tasks that are there already, which the user side starts by reading from an iterator, and for the code
 * that they have mapped; and what comes into a cgroup, or leaves it for another.
 */
#include "found.bpf.h"
#include "mapping.bpf.h"
#include "place.bpf.h"
#include "scope.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_iter__task {
    struct task_struct *task;
};
struct bpf_iter__task_vma {
    struct task_struct *task;
    struct vm_area_struct *vma;
};
#pragma clang attribute pop

SEC("?iter/task")
int search_tasks(struct bpf_iter__task *ctx)
{
    struct task_struct *task = ctx->task;
    if (!task || state_of(task) || !is_in_scope(task))
        return 0;
    if (is_preparing)
        make_room_for(task);
    else
        take_in(task, BY_SEARCH);
    return 0;
}

/* Read after the other one, and for the processes that it has found: what each has mapped goes with its first thread.
 */
SEC("?iter/task_vma")
int search_mappings(struct bpf_iter__task_vma *ctx)
{
    struct task_struct *task = ctx->task;
    struct vm_area_struct *area = ctx->vma;
    struct task_state *state = task && area ? state_of(task) : 0;
    if (!state || state->thread != state->process)
        return 0;
    u32 search = searches_done + 1; /* more may be wanted meanwhile */
    if (!state->mapped_search)
        state->mapped_search = search;
    if (state->mapped_search == search)
        send_mapping(task, state, area, MAPPED_BEFORE);
    return 0;
}

/* Run by hand by the recorder: what is compared with it later. */
SEC("?syscall")
int note_recorder(void *ctx)
{
    struct task_struct *recorder = bpf_get_current_task_btf();
    u8 one = EV_LEFT_OUT;
    note_home(recorder, recorder);
    u32 tgid = number_for_recorder(recorder);
    bpf_map_update_elem(&processes_left_out, &tgid, &one, BPF_ANY);
    return 0;
}
