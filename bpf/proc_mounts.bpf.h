/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds where a procfs, or a process's directory in one, is mounted elsewhere than on /proc.  Mostly there is none in a
 * mount namespace, and then a path costs no more than a look whether its mounts have changed.
 */
#ifndef CAPREC_PROC_MOUNTS_BPF_H
#define CAPREC_PROC_MOUNTS_BPF_H

#include "loop.bpf.h"
#include "plain.bpf.h"
#include "procfs.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

enum {
    OTHER_PROCS = 16,
    MORE_PROCS = 0x100,
    PROC_CHAIN = 16,
    CHAIN_STEPS = 64,
    SCAN_STEPS = 1 << 17,
    MOUNT_SPACES = 32
};
_Static_assert(SCAN_STEPS <= MOST_STEPS, "a scan is one loop");

/* A directory on the way to a mount point. */
struct proc_step {
    u64 mnt, dentry; /* the directory itself, or the top of the mount on it */
    u64 name[2];     /* as much as fits, with a NUL */
};

struct proc_mount {
    u64 top;                            /* dentry of the mounted procfs or directory */
    u64 depth;                          /* depth of the mount point below the root */
    struct proc_step chain[PROC_CHAIN]; /* from the mount point to the root */
};

struct proc_mounts {
    u64 event; /* the mount namespace's event when this was found */
    u64 count; /* MORE_PROCS is set when these are not all */
    struct proc_mount mounts[OTHER_PROCS];
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MOUNT_SPACES);
    __type(key, u64); /* mounts_id() */
    __type(value, struct proc_mounts);
} proc_mounts SEC(".maps");

struct mount_scan {
    u64 top, at; /* struct mount */
    u64 climbing;
    u64 mnt, dentry, depth; /* position on the chain */
    u64 more;
    struct proc_mounts found;
};
SCRATCH(mount_scan, struct mount_scan)

struct scan_context {
    struct mount_scan *scan;
};

static __always_inline u64 mounts_id(struct mnt_namespace *mounts)
{
    struct ns_common___6_18 *newer = (void *)mounts + bpf_core_field_offset(struct mnt_namespace, ns);
    if (bpf_core_field_exists(newer->ns_id))
        return BPF_CORE_READ(newer, ns_id);
    return bpf_core_field_exists(mounts->seq) ? BPF_CORE_READ(mounts, seq) : (u64)mounts;
}

static __always_inline struct mount *mount_of(u64 mnt)
{
    return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

static __always_inline u64 mnt_of(struct mount *mount)
{
    return (u64)mount + bpf_core_field_offset(struct mount, mnt);
}

/* Goes from a mount point towards the root: through a mount, or up one directory. */
static long chain_step(u32 index, struct scan_context *context)
{
    struct mount_scan *scan = context->scan;
    struct proc_mount *found = &scan->found.mounts[scan->found.count & (OTHER_PROCS - 1)];
    struct dentry *dentry = (void *)scan->dentry;
    struct vfsmount *mnt = (void *)scan->mnt;
    if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
        struct mount *mount = mount_of(scan->mnt), *parent = BPF_CORE_READ(mount, mnt_parent);
        if (parent == mount)
            return 1;
        scan->dentry = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
        scan->mnt = mnt_of(parent);
        return 0;
    }
    struct proc_step *below = &found->chain[scan->depth & (PROC_CHAIN - 1)];
    below->name[0] = below->name[1] = 0;
    bpf_probe_read_kernel_str(below->name, sizeof below->name, BPF_CORE_READ(dentry, d_name.name));
    if (++scan->depth >= PROC_CHAIN)
        return 1;
    scan->dentry = (u64)BPF_CORE_READ(dentry, d_parent);
    struct proc_step *at = &found->chain[scan->depth & (PROC_CHAIN - 1)];
    at->mnt = scan->mnt;
    at->dentry = scan->dentry;
    return 0;
}
LOOP_STEP(chain_step, struct scan_context)

/* Notes a procfs, unless it is on /proc or has nothing of processes in it. */
static __always_inline void note_proc(struct scan_context *context, struct mount *mount)
{
    struct mount_scan *scan = context->scan;
    struct dentry *top = BPF_CORE_READ(mount, mnt.mnt_root);
    bool whole = BPF_CORE_READ(top, d_inode, i_ino) == PROC_ROOT_INO;
    if (!whole && !pid_of_dentry(top))
        return;
    if (scan->found.count >= OTHER_PROCS) {
        scan->more = MORE_PROCS;
        return;
    }
    struct proc_mount *found = &scan->found.mounts[scan->found.count & (OTHER_PROCS - 1)];
    scan->mnt = mnt_of(mount);
    scan->dentry = (u64)top;
    scan->depth = 0;
    found->chain[0].mnt = scan->mnt;
    found->chain[0].dentry = scan->dentry;
    found->top = scan->dentry;
    REPEAT(CHAIN_STEPS, chain_step, context);
    found->depth = scan->depth;
    if (scan->depth >= PROC_CHAIN)
        scan->more = MORE_PROCS;
    else if (scan->depth && !(whole && scan->depth == 1 && found->chain[0].name[0] == WORD_PROC))
        scan->found.count++;
}

/* Looks at one mount, or goes back from those on it. */
static long scan_step(u32 index, struct scan_context *context)
{
    struct mount_scan *scan = context->scan;
    struct mount *mount = (void *)scan->at;
    u64 child = bpf_core_field_offset(struct mount, mnt_child), on_it = bpf_core_field_offset(struct mount, mnt_mounts);
    if (!scan->climbing) {
        if (BPF_CORE_READ(mount, mnt.mnt_sb, s_magic) == PROC_SUPER_MAGIC)
            note_proc(context, mount);
        u64 first = (u64)BPF_CORE_READ(mount, mnt_mounts.next);
        scan->climbing = first == scan->at + on_it;
        if (!scan->climbing)
            scan->at = first - child;
        return 0;
    }
    if (scan->at == scan->top)
        return 1;
    u64 next = (u64)BPF_CORE_READ(mount, mnt_child.next), parent = (u64)BPF_CORE_READ(mount, mnt_parent);
    scan->climbing = next == parent + on_it;
    scan->at = scan->climbing ? parent : next - child;
    return 0;
}
LOOP_STEP(scan_step, struct scan_context)

/* Looks through the mounts of the task's namespace, unless they are known.  Returns how many there are to look at. */
__weak __noinline int find_other_procs(void)
{
    struct mnt_namespace *mounts = plain_task(bpf_get_current_task_btf())->nsproxy->mnt_ns;
    u64 id = mounts_id(mounts), event = BPF_CORE_READ(mounts, event);
    struct proc_mounts *known = bpf_map_lookup_elem(&proc_mounts, &id);
    if (known && known->event == event)
        return known->count;
    struct mount_scan *scan = my_mount_scan();
    struct scan_context context = {scan};
    if (!scan)
        return 0;
    scan->top = scan->at = (u64)BPF_CORE_READ(mounts, root);
    scan->climbing = scan->more = scan->found.count = 0;
    scan->found.event = event;
    if (REPEAT(SCAN_STEPS, scan_step, &context) == SCAN_STEPS)
        scan->more = MORE_PROCS;
    scan->found.count |= scan->more;
    bpf_map_update_elem(&proc_mounts, &id, &scan->found, BPF_ANY);
    return scan->found.count;
}

static __always_inline u32 sees_other_procs(struct task_struct *task, struct task_state *state)
{
    struct mnt_namespace *mounts = plain_task(task)->nsproxy->mnt_ns;
    u64 id = mounts_id(mounts), event = mounts->event;
    if (state->mounts != id || state->mounts_event != event) {
        state->other_procs = find_other_procs();
        state->mounts = id;
        state->mounts_event = event;
    }
    return state->other_procs;
}

#endif
