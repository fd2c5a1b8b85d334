/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a process lives: its cgroup, and namespaces beside that of its credential. */
#ifndef CAPREC_PLACE_BPF_H
#define CAPREC_PLACE_BPF_H

#include "emit.bpf.h"
#include "hash.bpf.h"
#include "hidden.bpf.h"
#include "loop.bpf.h"
#include "pid.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

enum { CGROUP_LEVELS = 256, CGROUP_NAME_BYTES = 256 };

struct place_scratch {
    struct ev_place place;
    char path[EV_CGROUP_BYTES + CGROUP_NAME_BYTES]; /* the margin lets a name start at any place */
    u64 at, folder;
    u64 name[CGROUP_NAME_BYTES / 8], hash; /* of the path, with a recording of kinds */
};
SCRATCH_OF_USERS(place_scratch, struct place_scratch)

static __always_inline struct kernfs_node *cgroup_of(struct task_struct *task)
{
    return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
}

static __always_inline struct kernfs_node *folder_above(struct kernfs_node *folder)
{
    struct kernfs_node___6_14 *older = (void *)folder;
    if (bpf_core_field_exists(older->parent))
        return BPF_CORE_READ(older, parent);
    return BPF_CORE_READ(folder, __parent);
}

struct cgroup_walk {
    struct place_scratch *scratch;
};

enum { SESSION = 0x2d6e6f6973736573, RUN = 0x2d6e7572, RUN_MASK = 0xffffffff }; /* "session-" and "run-" */

/* Units that systemd names by counting, session-12.scope and run-u7.service, are one kind of place. */
static __noinline int add_name(struct place_scratch *scratch, const char *name)
{
    if (!scratch)
        return 0;
    __builtin_memset(scratch->name, 0, sizeof scratch->name);
    bpf_probe_read_kernel_str(scratch->name, sizeof scratch->name, name);
    u64 first = scratch->name[0];
    if (first == SESSION || (first & RUN_MASK) == RUN) {
        scratch->hash = mix(scratch->hash, first == SESSION ? SESSION : RUN);
        return 0;
    }
#pragma unroll
    for (u32 i = 0; i < CGROUP_NAME_BYTES / 8; i++)
        scratch->hash = mix(scratch->hash, scratch->name[i]);
    return 0;
}

/* One step from a cgroup towards the root of all, which has no name of its own. */
static long cgroup_step(u32 index, struct cgroup_walk *walk)
{
    struct place_scratch *scratch = walk->scratch;
    struct kernfs_node *folder = (struct kernfs_node *)scratch->folder, *above = folder_above(folder);
    if (!above || scratch->at >= EV_CGROUP_BYTES)
        return 1;
    long got = bpf_probe_read_kernel_str(&scratch->path[scratch->at & (EV_CGROUP_BYTES - 1)], CGROUP_NAME_BYTES,
                                         BPF_CORE_READ(folder, name));
    if (got <= 0)
        return 1;
    if (ONLY_KINDS)
        add_name(scratch, BPF_CORE_READ(folder, name));
    scratch->at += got;
    scratch->folder = (u64)above;
    return 0;
}
LOOP_STEP(cgroup_step, struct cgroup_walk)

static __always_inline void send_place(struct place_scratch *scratch, struct kernfs_node *cgroup)
{
    scratch->at = 0;
    scratch->hash = hash_seed;
    scratch->folder = (u64)cgroup;
    struct cgroup_walk walk = {scratch};
    REPEAT(CGROUP_LEVELS, cgroup_step, &walk);
    bool is_whole = !folder_above((struct kernfs_node *)scratch->folder);
    u64 bytes = is_whole ? scratch->at : 0;
    barrier_var(bytes); /* the bound must hold for the value used below, not for a copy */
    if (bytes > sizeof scratch->path)
        bytes = sizeof scratch->path;
    scratch->place.path_bytes = is_whole ? bytes : EV_PATH_TOO_LONG;
    if (bpf_ringbuf_output(&ring, scratch, sizeof scratch->place + bytes, wake_flags(ring_waiting())))
        COUNT_SHARED(lost_processes);
}

/* Tells where the task's process lives, unless `known` is the hash of that.  Returns the hash. thread: its id, which
 * a task that is being taken in has not got yet. A function of its own for the sake of the stack. */
static __noinline u64 note_place(struct task_struct *task, struct task_state *state, u64 thread, u64 known, u32 user)
{
    struct place_scratch *scratch = place_scratch_of(user);
    if (!scratch || !state)
        return known;
    struct ev_place *place = &scratch->place;
    struct kernfs_node *cgroup = cgroup_of(task);
    struct ns_common *pid_ns =
        (void *)own_pid_namespace(BPF_CORE_READ(task, thread_pid)) + bpf_core_field_offset(struct pid_namespace, ns);
    place->cgroup = BPF_CORE_READ(cgroup, id);
    /* Anybody may read the name of a process's cgroup, but not which namespaces it is in. Before its exec, the command
     * is where its caller is. */
    bool hidden = !(state->flags & TASK_BEFORE_EXEC) && is_hidden(task, state);
    place->pid_ns = hidden ? 0 : BPF_CORE_READ(pid_ns, inum);
    place->net_ns = hidden ? 0 : BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
    place->mount_ns = hidden ? 0 : BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
    u64 hash = mix(hash_seed, place->cgroup);
    hash = mix(hash, (u64)place->pid_ns << 32 | place->net_ns);
    hash = finish(mix(hash, place->mount_ns));
    state->place = hash;
    if (!ONLY_KINDS)
        state->cgroup = place->cgroup;
    if (hash == known)
        return hash;
    fill_header(&place->header, EV_PLACE, thread, bpf_ktime_get_ns());
    place->process = state->process;
    send_place(scratch, cgroup);
    if (ONLY_KINDS)
        state->cgroup = scratch->hash;
    return hash;
}

#endif
