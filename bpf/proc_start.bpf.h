/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The places where a path in /proc may start: the calling process's root, its working directory, a descriptor; and the
 * procfs that is on its /proc.
 */
#ifndef CAPREC_PROC_START_BPF_H
#define CAPREC_PROC_START_BPF_H

#include "loop.bpf.h"
#include "open_file.bpf.h"
#include "pid.bpf.h"
#include "plain.bpf.h"
#include "proc_mounts.bpf.h"
#include "proc_walk.bpf.h"
#include "procfs.bpf.h"
#include "state.bpf.h"

static __always_inline void read_name(struct dentry *dentry, char *name)
{
    __builtin_memset(name, 0, EV_ENTRY_BYTES);
    bpf_probe_read_kernel_str(name, EV_ENTRY_BYTES, BPF_CORE_READ(dentry, d_name.name));
}

/* `name`: EV_ENTRY_BYTES that are free. */
static __always_inline bool is_named_task(struct dentry *dentry, char *name)
{
    read_name(dentry, name);
    return *(u32 *)name == WORD_TASK && name[4] == 0;
}

/* in_group_p() of kernel/groups.c, for the first groups.  There are seldom more; a process that is in the group only
 * by a later one is said to need a capability that it does not need. */
__weak __noinline int is_in_group(u32 gid)
{
    enum { GROUPS_LOOKED_AT = 32 };
    const struct cred *cred = plain_task(bpf_get_current_task_btf())->cred;
    struct group_info *info = BPF_CORE_READ(cred, group_info);
    u32 count = BPF_CORE_READ(info, ngroups);
    if (BPF_CORE_READ(cred, fsgid.val) == gid)
        return 1;
    for (u32 i = 0; i < GROUPS_LOOKED_AT && i < count; i++) {
        u32 one = 0;
        bpf_probe_read_kernel(&one, sizeof one,
                              (void *)info + bpf_core_field_offset(struct group_info, gid) + 4 * (u64)i);
        if (one == gid)
            return 1;
    }
    return 0;
}

/* Whether this procfs shows of another process only what the calling process may trace (has_pid_permissions() in
 * fs/proc/base.c). */
static __always_inline bool hides_others(struct proc_fs_info *info)
{
    u32 hidden = BPF_CORE_READ(info, hide_pid);
    return hidden == HIDEPID_NOT_PTRACEABLE || (hidden && !is_in_group(BPF_CORE_READ(info, pid_gid.val)));
}

/* A place in procfs, by its dentry. */
__weak __noinline int start_in_proc(u64 address)
{
    struct proc_walk *walk = my_proc_walk();
    struct task_struct *task = bpf_get_current_task_btf();
    struct dentry *dentry = (struct dentry *)address;
    if (!walk)
        return 0;
    struct inode *inode = BPF_CORE_READ(dentry, d_inode);
    struct proc_fs_info *info = BPF_CORE_READ(inode, i_sb, s_fs_info);
    walk->place = PLACE_ELSEWHERE;
    walk->depth = walk->in_tasks = 0;
    walk->proc_numbering = numbering_of(BPF_CORE_READ(info, pid_ns), task);
    walk->hides = hides_others(info);
    struct pid *pid = 0;
    for (u32 depth = 0; depth < PROC_DEPTH; depth++) { /* /proc/PID/net/stat belongs to none, but lies in a process's */
        pid = pid_of_dentry(dentry);
        walk->depth = depth;
        if (pid || BPF_CORE_READ(dentry, d_inode, i_ino) == PROC_ROOT_INO)
            break;
        dentry = BPF_CORE_READ(dentry, d_parent);
    }
    if (!pid) {
        if (BPF_CORE_READ(dentry, d_inode, i_ino) == PROC_ROOT_INO)
            walk->place = walk->depth ? PLACE_TREE : PLACE_PROC;
        else
            walk->depth = 0;
        return 0;
    }
    walk->number = pid_number(pid, 0);
    walk->numbering = NUMBERS_GLOBAL;
    walk->own = walk->number == (u32)plain_task(task)->tgid;
    walk->others |= !walk->own;
    struct dentry *below = 0;
    for (u32 depth = 0; depth < PROC_DEPTH; depth++) {
        struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
        walk->in_tasks = is_named_task(parent, walk->entry);
        if (!pid_of_dentry(parent) || walk->in_tasks) {
            walk->place = PLACE_PROCESS;
            walk->depth += depth;
            break;
        }
        below = dentry;
        dentry = parent;
    }
    if (walk->place != PLACE_PROCESS || !below)
        return 0;
    bool is_task = is_named_task(below, walk->entry);
    walk->place = walk->depth == 1 && is_task ? PLACE_TASKS : PLACE_ENTRY;
    walk->entry_flags = entry_flags_of(walk->entry);
    return 0;
}

/* Starts in procfs, or at the calling process's root: from elsewhere, no path leads into /proc without naming it. */
static __always_inline void start_at(struct proc_walk *walk, struct path *path, struct task_struct *task)
{
    struct dentry *dentry = BPF_CORE_READ(path, dentry);
    walk->place = PLACE_ELSEWHERE;
    walk->depth = 0;
    if (BPF_CORE_READ(dentry, d_sb, s_magic) == PROC_SUPER_MAGIC)
        start_in_proc((u64)dentry);
    else if (dentry == plain_task(task)->fs->root.dentry && BPF_CORE_READ(path, mnt) == plain_task(task)->fs->root.mnt)
        walk->place = PLACE_ROOT;
}

static __always_inline void start_at_cwd(struct proc_walk *walk, struct task_struct *task)
{
    struct dentry *dentry = plain_task(task)->fs->pwd.dentry;
    walk->place = PLACE_ELSEWHERE;
    walk->depth = 0;
    if (dentry->d_sb->s_magic == PROC_SUPER_MAGIC || dentry == plain_task(task)->fs->root.dentry)
        start_at(walk, (void *)BPF_CORE_READ(task, fs) + bpf_core_field_offset(struct fs_struct, pwd), task);
}

static __always_inline void start_at_fd(struct proc_walk *walk, u64 fd, struct task_struct *task)
{
    struct file *file = file_of(task, fd);
    walk->place = PLACE_ELSEWHERE;
    walk->depth = 0;
    if (!file)
        return;
    start_at(walk, (void *)file + bpf_core_field_offset(struct file, f_path), task);
}

struct proc_context {
    struct proc_walk *walk;
};

/* Is this mount the one on `wanted`: the process's /proc (its parent directory), or the top of another mount? */
static long mount_step(u32 index, struct proc_context *context)
{
    struct proc_walk *walk = context->walk;
    struct mount *mount = (void *)walk->mounts - bpf_core_field_offset(struct mount, mnt_child);
    struct dentry *point = BPF_CORE_READ(mount, mnt_mountpoint);
    bool fits = walk->length && (u64)point == walk->wanted;
    if (!walk->length && (u64)BPF_CORE_READ(point, d_parent) == walk->wanted) {
        char name[EV_ENTRY_BYTES];
        read_name(point, name);
        fits = *(u32 *)name == WORD_PROC && name[4] == 0;
    }
    if (fits) {
        walk->mount = (u64)mount;
        return 1;
    }
    struct list_head *next = (struct list_head *)walk->mounts;
    walk->mounts = (u64)BPF_CORE_READ(next, next);
    return 0;
}
LOOP_STEP(mount_step, struct proc_context)

/* `on_top`: looks for a mount on the top of `on`, and not on its /proc. */
static __always_inline struct mount *find_mount(struct proc_walk *walk, struct mount *on, struct dentry *wanted,
                                                bool on_top)
{
    struct proc_context context = {walk};
    walk->mounts = (u64)BPF_CORE_READ(on, mnt_mounts.next);
    walk->wanted = (u64)wanted;
    walk->length = on_top;
    walk->mount = 0;
    if (walk->mounts == (u64)on + bpf_core_field_offset(struct mount, mnt_mounts))
        return 0;
    REPEAT(MAX_MOUNTS, mount_step, &context);
    return (struct mount *)walk->mount;
}

/* The procfs on /proc of the calling process's root, when there is one: it has PID numbers of its own. */
__weak __noinline int enter_proc(void)
{
    struct proc_walk *walk = my_proc_walk();
    struct task_struct *task = bpf_get_current_task_btf();
    if (!walk)
        return 0;
    struct vfsmount *root = plain_task(task)->fs->root.mnt;
    struct mount *on = (void *)root - bpf_core_field_offset(struct mount, mnt);
    u64 at_end = walk->length;
    struct mount *mount = find_mount(walk, on, plain_task(task)->fs->root.dentry, false);
    for (u32 i = 0; i < 3; i++) {
        struct mount *covers = mount ? find_mount(walk, mount, BPF_CORE_READ(mount, mnt.mnt_root), true) : 0;
        mount = covers ? covers : mount;
    }
    walk->length = at_end;
    walk->place = PLACE_ELSEWHERE;
    walk->depth = 1;
    if (mount && BPF_CORE_READ(mount, mnt.mnt_sb, s_magic) == PROC_SUPER_MAGIC)
        start_in_proc((u64)BPF_CORE_READ(mount, mnt.mnt_root));
    return 0;
}

#endif
