/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a task that nobody who is followed has made is to be followed. */
#ifndef CAPREC_SCOPE_BPF_H
#define CAPREC_SCOPE_BPF_H

#include "loop.bpf.h"
#include "place.bpf.h"
#include "state.bpf.h"

/* By number in the recorder's PID namespace: processes that were asked for, and those that are not to be followed: the
 * recorder, and who reads what it writes. */
enum { SCOPE_PROCESSES = 4096 };
#define PROCESS_SET(name)                     \
    struct {                                  \
        __uint(type, BPF_MAP_TYPE_HASH);      \
        __uint(map_flags, BPF_F_NO_PREALLOC); \
        __uint(max_entries, SCOPE_PROCESSES); \
        __type(key, u32);                     \
        __type(value, u8);                    \
    } name SEC(".maps")
PROCESS_SET(processes_wanted);
PROCESS_SET(processes_left_out); /* the value: enum ev_left_out */

struct cgroup_search {
    u64 folder;
    u32 is_found;
};
static long cgroup_search_step(u32 index, struct cgroup_search *search)
{
    struct kernfs_node *folder = (struct kernfs_node *)search->folder;
    search->is_found = BPF_CORE_READ(folder, id) == scope_cgroup;
    search->folder = (u64)folder_above(folder);
    return search->is_found || !search->folder;
}
LOOP_STEP(cgroup_search_step, struct cgroup_search)

/* Whether the task's cgroup is the one that was asked for, or below it. */
static __noinline bool is_below_cgroup(struct task_struct *task)
{
    if (!task)
        return false;
    struct cgroup_search search = {(u64)cgroup_of(task), 0};
    REPEAT(CGROUP_LEVELS, cgroup_search_step, &search);
    return search.is_found;
}

/* A process's number in the recorder's PID namespace; 0: it is not in there. */
static __always_inline u32 number_for_recorder(struct task_struct *task)
{
    if (!recorder_pid_level)
        return task->tgid;
    struct pid *tgid = BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]);
    if ((u64)pid_namespace_at(tgid, recorder_pid_level) != recorder_pid_namespace)
        return 0;
    return pid_number(tgid, recorder_pid_level);
}

static __always_inline bool is_in_scope(struct task_struct *task)
{
    u32 tgid = number_for_recorder(task);
    if (task->flags & PF_KTHREAD || bpf_map_lookup_elem(&processes_left_out, &tgid))
        return false;
    if (scope == EV_SCOPE_PROCESSES)
        return bpf_map_lookup_elem(&processes_wanted, &tgid);
    if (scope == EV_SCOPE_CGROUP)
        return is_below_cgroup(task);
    return scope == EV_SCOPE_MACHINE;
}

/* The reader of the ring searches. */
static __always_inline void want_search(void)
{
    __sync_fetch_and_add(&searches_wanted, 1);
    reader_is_wanted = 1;
}

static __always_inline bool is_searching(void)
{
    return *(volatile u32 *)&searches_wanted != *(volatile u32 *)&searches_done;
}

#endif
