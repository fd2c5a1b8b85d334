/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of tasks: new, renamed, gone.  task_newtask and not sched_process_fork, so that io_uring workers are
 * seen; a new task is followed because its creator is, decided in the kernel before it first runs.
 */
#ifndef CAPREC_LIFE_BPF_H
#define CAPREC_LIFE_BPF_H

#include "cred.bpf.h"
#include "emit.bpf.h"
#include "first_seen.bpf.h"
#include "found.bpf.h"
#include "hidden.bpf.h"
#include "pid.bpf.h"
#include "plain.bpf.h"
#include "rename.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

static __always_inline void send_task(struct task_struct *task, struct task_state *state, struct task_state *creator,
                                      u64 clone_flags, u32 kind)
{
    u64 waiting = ring_waiting();
    struct ev_task *out = bpf_ringbuf_reserve(&ring, sizeof *out, 0);
    if (!out) {
        COUNT_SHARED(lost_processes);
        return;
    }
    fill_header(&out->header, EV_TASK, state->thread, bpf_ktime_get_ns());
    out->creator = creator->flags & TASK_RECORDER ? 0 : creator->thread;
    out->creator_process = creator->process;
    out->process = state->process;
    out->clone_flags = clone_flags;
    out->cred = state->cred;
    out->kind = kind;
    fill_numbers(out, task, recorder_pid_level);
    out->flags = 0;
    copy_comm(out->comm, task->comm, state->flags & TASK_NAMELESS);
    out->start_time = 0;
    out->parent_tgid = out->reserved = 0;
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

/* A new task that nobody who is followed has made: its creator may be about to be found, or it may begin in a cgroup
 * that its creator is not in. */
static __always_inline void take_in_unmade(struct task_struct *task)
{
    struct task_struct *creator = bpf_get_current_task_btf();
    u32 number = number_for_recorder(creator);
    u8 *left_out = bpf_map_lookup_elem(&processes_left_out, &number);
    if (left_out && *left_out == EV_LEFT_OUT_WITH_CHILDREN) {
        u8 value = EV_LEFT_OUT;
        number = number_for_recorder(task);
        bpf_map_update_elem(&processes_left_out, &number, &value, BPF_ANY);
        return;
    }
    if (is_preparing && is_in_scope(task))
        make_room_for(task);
    else if (is_searching() && is_in_scope(creator))
        take_in(creator, BY_TASK);
    else if (searches_wanted && scope != EV_SCOPE_PROCESSES && is_in_scope(task))
        take_in(task, BY_TASK);
}

static __always_inline void task_begins(struct task_struct *task, u64 clone_flags)
{
    struct task_state *creator = state_of(bpf_get_current_task_btf());
    if (HAS_SCOPE && !creator) {
        take_in_unmade(task);
        creator = state_of(bpf_get_current_task_btf());
    }
    if (!creator)
        return;
    if (HAS_SCOPE && creator->flags & TASK_RECORDER)
        return;
    struct task_state *state = bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!state) {
        if (HAS_SCOPE && is_in_scope(task))
            want_search(); /* it can make room: see make_room_for() */
        else
            COUNT_SHARED(lost_processes);
        return;
    }
    if (HAS_SCOPE && __sync_val_compare_and_swap(&state->taken, 0, 1)) /* the search was faster */
        return;
    bool is_command = creator->flags & TASK_RECORDER;
    bool is_thread = clone_flags & CLONE_THREAD;
    if (is_command)
        note_home(bpf_get_current_task_btf(), task);
    u32 kind = task->flags & PF_IO_WORKER ? EV_IO_WORKER : is_thread ? EV_THREAD : EV_PROCESS;

    state->thread = __sync_fetch_and_add(&next_thread, 1) + 1;
    state->process = is_thread ? creator->process : state->thread;
    state->mapped_search = creator->mapped_search ? (u32)NO_SEARCH : 0;
    state->image = creator->image;
    state->mm = state->mapped_mm = address_of_mm(state, task);
    state->flags = TASK_NEWBORN | (is_command ? TASK_BEFORE_EXEC
                                              : creator->flags & (TASK_BEFORE_EXEC | TASK_WITHHELD | TASK_NAMELESS));
    state->cred = real_cred_key(state, task, BY_TASK);
    __sync_fetch_and_add(&live_tasks, 1);
    COUNT_SHARED(tasks_followed);
    send_task(task, state, creator, clone_flags, kind);
    state->place = creator->place;
    state->cgroup = creator->cgroup;
    if (!is_thread)
        note_place(task, state, state->thread, creator->place, BY_TASK);
}

/* A name that execve gives was chosen by the program that called it, any other name by the program that runs. */
static __always_inline void task_takes_name(struct task_struct *task, const char *comm)
{
    struct task_state *state = state_of(task);
    if (!state)
        return;
    bool in_exec = state->mm != address_of_mm(state, task);
    if (withhold_secure && (state->flags & TASK_WITHHELD || (!in_exec && !may_trace(task))))
        state->flags |= TASK_NAMELESS;
    send_rename(state, comm);
}

/* wait(2) gives the group's code when the group was ended as one, the first thread's otherwise. */
static __always_inline u32 group_status(struct task_struct *task)
{
    struct signal_struct *signal = plain_task(task)->signal;
    return signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : plain_task(task)->group_leader->exit_code;
}

/* Whether the status is hidden, as in /proc/PID/stat of a task that has ended: its memory, which may be another's
 * secret, is gone by then.  How the command itself ended is the recorder's own exit status. */
static __always_inline bool status_is_hidden(struct task_struct *task, const struct task_state *state)
{
    return withhold_secure && state->process != EV_COMMAND_PROCESS && !may_trace(task);
}

static __always_inline void task_ends(struct task_struct *task)
{
    struct task_state *state = state_of(task);
    if (!state || state->flags & TASK_RECORDER)
        return;
    hand_in(&state->tally);
    if (state->asked.cred) { /* see hook_kprobe.bpf.c: its return was not seen, and no other entry came */
        COUNT_SHARED(checks_made);
        COUNT_SHARED(lost_checks);
    }
    bool is_last_of_all = __sync_fetch_and_add(&live_tasks, -1) == 1; /* the recorder may be waiting for it */
    u64 waiting = ring_waiting();
    struct ev_exit *out = bpf_ringbuf_reserve(&ring, sizeof *out, 0);
    if (!out) {
        COUNT_SHARED(lost_processes);
        return;
    }
    fill_header(&out->header, EV_EXIT, state->thread, bpf_ktime_get_ns());
    out->process = state->process;
    out->last = plain_task(task)->signal->live.counter == 0;
    out->status = status_is_hidden(task, state) ? EV_STATUS_WITHHELD
                  : out->last                   ? group_status(task)
                                                : (u32)task->exit_code;
    bpf_ringbuf_submit(out, is_last_of_all ? BPF_RB_FORCE_WAKEUP : wake_flags(waiting));
}

#endif
