/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths that lead into a procfs which is mounted elsewhere than on /proc (proc_mounts.bpf.h). */
#ifndef CAPREC_PROC_ELSEWHERE_BPF_H
#define CAPREC_PROC_ELSEWHERE_BPF_H

#include "loop.bpf.h"
#include "open_file.bpf.h"
#include "plain.bpf.h"
#include "proc_mounts.bpf.h"
#include "proc_path.bpf.h"
#include "proc_walk.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct chain_context {
    struct proc_walk *walk;
    struct proc_mount *mount;
};

/* Is it this directory of the chain? */
static long chain_place(u32 index, struct chain_context *context)
{
    struct proc_walk *walk = context->walk;
    struct proc_step *at = &context->mount->chain[index & (PROC_CHAIN - 1)];
    bool fits = index && at->dentry == walk->dentry && at->mnt == walk->mnt;
    walk->chain = fits ? index : 0;
    return fits;
}
LOOP_STEP(chain_place, struct chain_context)

/* Goes up from the start of the path to the first directory that is on the chain. */
static long locate_step(u32 index, struct chain_context *context)
{
    struct proc_walk *walk = context->walk;
    u64 depth = context->mount->depth;
    REPEAT(depth < PROC_CHAIN ? depth + 1 : PROC_CHAIN, chain_place, context);
    if (walk->chain)
        return 1;
    struct dentry *dentry = (void *)walk->dentry;
    struct vfsmount *mnt = (void *)walk->mnt;
    if (dentry != BPF_CORE_READ(mnt, mnt_root)) {
        walk->dentry = (u64)BPF_CORE_READ(dentry, d_parent);
        walk->depth++;
        return 0;
    }
    struct mount *at = mount_of(walk->mnt), *parent = BPF_CORE_READ(at, mnt_parent);
    walk->dentry = (u64)BPF_CORE_READ(at, mnt_mountpoint);
    walk->mnt = mnt_of(parent);
    return parent == at;
}
LOOP_STEP(locate_step, struct chain_context)

static __always_inline bool locate(struct proc_walk *walk, struct proc_mount *mount, struct path *path)
{
    struct chain_context context = {walk, mount};
    walk->mnt = (u64)BPF_CORE_READ(path, mnt);
    walk->dentry = (u64)BPF_CORE_READ(path, dentry);
    walk->chain = walk->depth = 0;
    REPEAT(CHAIN_STEPS, locate_step, &context);
    return walk->chain;
}

/* The same as follow_path() for one procfs that is mounted elsewhere: does the path lead there, and then into a
 * process's directory? */
__weak __noinline int follow_to_other_proc(u64 path)
{
    struct proc_walk *walk = my_proc_walk();
    struct task_struct *task = bpf_get_current_task_btf();
    struct proc_mount *mount = walk ? other_proc(walk) : 0;
    if (!walk || !mount || begin_path(walk, path) <= 1)
        return 0;
    struct fs_struct *fs = plain_task(task)->fs;
    struct path *root = (void *)fs + bpf_core_field_offset(struct fs_struct, root);
    struct path *start = (void *)fs + bpf_core_field_offset(struct fs_struct, pwd);
    bool below_root = locate(walk, mount, root) && !walk->depth;
    walk->root_chain = below_root ? walk->chain : mount->depth;
    if (walk->path[0] == '/') {
        if (!below_root)
            return 0;
    } else {
        if (walk->at_fd && (s32)walk->fd != AT_FDCWD_NUMBER)
            start = (void *)file_of(task, walk->fd) + bpf_core_field_offset(struct file, f_path);
        if (!locate(walk, mount, start))
            return 0;
    }
    walk->place = PLACE_CHAIN;
    return follow_from_here(walk);
}

/* The same for a procfs that may be anywhere.  True: the path looks as if it led there, and then into a process's
 * directory. */
__weak __noinline int follow_anywhere(u64 path)
{
    struct proc_walk *walk = my_proc_walk();
    if (!walk || begin_path(walk, path) <= 1)
        return 0;
    walk->place = PLACE_ELSEWHERE;
    walk->proc_numbering = NUMBERS_UNKNOWN;
    walk->anywhere = 1;
    return follow_from_here(walk);
}

/* A loop and not bpf_loop(): the callback would be one more function on a stack that has room for few. */
static __always_inline bool follow_elsewhere(struct proc_walk *walk, u64 path, u64 at_fd, u64 fd, u32 count)
{
    walk->space = mounts_id(plain_task(bpf_get_current_task_btf())->nsproxy->mnt_ns);
    walk->at_fd = at_fd;
    walk->fd = fd;
    for (u32 i = 0; i < OTHER_PROCS && i < (count & (MORE_PROCS - 1)); i++) {
        walk->other = i;
        if (follow_to_other_proc(path))
            return true;
    }
    return count & MORE_PROCS && follow_anywhere(path);
}

#endif
