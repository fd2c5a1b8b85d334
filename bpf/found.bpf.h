/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks that were there before: they are taken in as they are found, by the search (search.bpf.c), or, while it goes
 * on, by what they do.  Both may come to one task at the same time; whoever is first takes it in.  Until it is done,
 * the task has no id, and nobody else follows it.
 */
#ifndef CAPREC_FOUND_BPF_H
#define CAPREC_FOUND_BPF_H

#include "auxiliary.bpf.h"
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "exec.bpf.h"
#include "hidden.bpf.h"
#include "pid.bpf.h"
#include "place.bpf.h"
#include "plain.bpf.h"
#include "scope.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

struct found_scratch {
    struct exec_scratch program;
    struct auxiliary auxiliary;
    u64 spill; /* for as_number() */
};
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1); /* the user side sets EV_USERS where there is something to find */
    __type(key, u32);
    __type(value, struct found_scratch);
} found_scratch SEC(".maps");

/* The program that the task's process runs.  The user side adds its arguments, which are in memory that only the
 * process itself can be sure to reach.  A function of its own for the sake of the stack. */
static __noinline int send_found_program(struct task_struct *task, struct task_state *state, u64 thread, u32 user)
{
    struct found_scratch *found = bpf_map_lookup_elem(&found_scratch, &user);
    if (!found || !task || !state)
        return 0;
    struct ev_exec *exec = &found->program.exec;
    struct mm_struct *mm = BPF_CORE_READ(task, mm);
    struct file *file = mm ? BPF_CORE_READ(mm, exe_file) : 0;
    if (!file)
        return 0;
    fill_header(&exec->header, EV_EXEC, thread, bpf_ktime_get_ns());
    exec->process = state->process;
    exec->flags = EV_EXEC_THERE_BEFORE;
    exec->before = exec->after = state->cred;
    state->image = identify_image(exec, file);
    exec->given_bytes = exec->interpreter_bytes = exec->path_bytes = exec->outer_bytes = exec->argv_bytes = 0;
    exec->argv_length = 0;
    exec->mount_ns = exec->uid = exec->gid = exec->mode = exec->reserved = 0;
    found->program.texts.at = 0;
    if (is_secure(&found->auxiliary, as_number(mm, &found->spill)))
        exec->flags |= EV_EXEC_SECURE;
    if (state->flags & TASK_WITHHELD) {
        exec->flags |= EV_EXEC_WITHHELD;
        exec->inode = exec->device = exec->ctime = 0;
    } else {
        note_path_of_image(&found->program, file, task);
        note_image((u64)file, as_number(task, &found->spill), exec);
    }
    send_exec(&found->program);
    return 0;
}

/* A function of its own for the sake of the stack. */
static __noinline int send_found(struct task_struct *task, struct task_state *state, u64 thread)
{
    if (!task || !state)
        return 0;
    struct task_struct *parent = task->real_parent;
    struct task_state *creator = parent ? state_of(parent) : 0;
    struct pid *parent_tgid = BPF_CORE_READ(task, real_parent, signal, pids[PIDTYPE_TGID]);
    u64 waiting = ring_waiting();
    struct ev_task *out = bpf_ringbuf_reserve(&ring, sizeof *out, 0);
    if (!out) {
        COUNT_SHARED(lost_processes);
        return 0;
    }
    bool is_thread = state->process != thread;
    fill_header(&out->header, EV_TASK, thread, bpf_ktime_get_ns());
    out->creator = is_thread ? state->process : creator ? creator->process : 0;
    out->creator_process = is_thread ? state->process : creator ? creator->process : 0;
    out->process = state->process;
    out->clone_flags = 0;
    out->cred = state->cred;
    out->kind = task->flags & PF_IO_WORKER ? EV_IO_WORKER : is_thread ? EV_THREAD : EV_PROCESS;
    fill_numbers(out, task, recorder_pid_level);
    out->flags = EV_TASK_THERE_BEFORE;
    copy_comm(out->comm, task->comm, state->flags & TASK_WITHHELD);
    out->start_time = BPF_CORE_READ(task, start_boottime);
    out->parent_tgid = pid_number(parent_tgid, recorder_pid_level);
    out->reserved = 0;
    bpf_ringbuf_submit(out, wake_flags(waiting));
    return 0;
}

/* A function of its own for the sake of the stack. */
static __noinline int note_cred_of_found(struct task_struct *task, struct task_state *state, u32 user)
{
    if (!task || !state)
        return 0;
    if (withhold_secure && !may_trace(task))
        state->flags |= TASK_WITHHELD | TASK_NAMELESS;
    state->cred = real_cred_key(state, task, user);
    return 0;
}

/* A program that is attached cannot make a task's storage while another task on its CPU, which was interrupted, is in
 * the middle of something with its own; the search can.  So it makes that of all tasks before it takes in the first,
 * and those that begin meanwhile get theirs as they begin. */
static __always_inline void make_room_for(struct task_struct *task)
{
    bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* Another CPU is about to take the task in: that takes some 10 us. */
enum { MOST_WAITS = 1 << 15 };
struct waiting {
    struct task_state *state;
};
static long wait_step(u32 index, struct waiting *waiting)
{
    return *(volatile u64 *)&waiting->state->thread != 0;
}
LOOP_STEP(wait_step, struct waiting)

/* What the process's first thread has told already. */
static __always_inline void share(struct task_state *state, const struct task_state *first)
{
    state->process = first->process;
    state->image = first->image;
    state->place = first->place;
    state->cgroup = first->cgroup;
    state->mapped_search = first->mapped_search;
}

/* Takes in one task.  first: its process's first thread, which was taken in before it; null: it is that itself. Returns
 * its state; null: it could not be taken in. */
static __noinline struct task_state *take_in_one(struct task_struct *task, struct task_state *first, u32 user)
{
    if (!task)
        return 0;
    struct task_state *state = bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!state) {
        if (user == BY_SEARCH)
            COUNT_SHARED(lost_processes);
        else
            want_search(); /* it can make room */
        return 0;
    }
    if (__sync_val_compare_and_swap(&state->taken, 0, 1)) {
        struct waiting waiting = {state};
        REPEAT(MOST_WAITS, wait_step, &waiting);
        return *(volatile u64 *)&state->thread ? state : 0;
    }
    u64 thread = __sync_fetch_and_add(&next_thread, 1) + 1;
    state->process = thread;
    state->mm = address_of_mm(state, task);
    if (first)
        share(state, first);
    note_cred_of_found(task, state, user);
    send_found(task, state, thread);
    if (!first) {
        note_place(task, state, thread, 0, user);
        send_found_program(task, state, thread, user);
    }
    __sync_fetch_and_add(&live_tasks, 1);
    COUNT_SHARED(tasks_followed);
    *(volatile u64 *)&state->thread = thread;
    return state;
}

/* Takes in a task, and before it the first thread of its process. */
static __noinline int take_in(struct task_struct *task, u32 user)
{
    if (!task)
        return 0;
    struct task_struct *leader = task->group_leader;
    if (!leader || task->flags & PF_EXITING)
        return 0;
    struct task_state *first = take_in_one(leader, 0, user);
    if (first && task->pid != leader->pid)
        take_in_one(task, first, user);
    return 0;
}

#endif
