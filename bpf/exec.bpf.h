/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A successful exec: the file that was asked for, the program that runs now, its arguments and credentials.
 */
#ifndef CAPREC_EXEC_BPF_H
#define CAPREC_EXEC_BPF_H

#include "cred.bpf.h"
#include "emit.bpf.h"
#include "hash.bpf.h"
#include "hidden.bpf.h"
#include "path_text.bpf.h"
#include "rename.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

struct exec_scratch {
    struct ev_exec exec;
    struct texts texts;
};
SCRATCH(exec_scratch, struct exec_scratch)

/* Whether get_file_caps() and bprm_fill_uid() ignore set-id bits and capabilities of the file (mnt_may_suid()).  A
 * function of its own, so that it is verified once. */
__weak __noinline int is_powerless(u64 file_address, u64 task_address)
{
    struct task_struct *task = (struct task_struct *)task_address;
    struct file *file = (struct file *)file_address;
    struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);
    struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
    struct user_namespace *of_files = BPF_CORE_READ(file, f_inode, i_sb, s_user_ns);
    struct user_namespace *own = BPF_CORE_READ(task, cred, user_ns);
    bool is_ancestor = of_files == own || BPF_CORE_READ(of_files, level) < BPF_CORE_READ(own, level);
    return BPF_CORE_READ(mnt, mnt_flags) & MNT_NOSUID || !is_ancestor ||
           BPF_CORE_READ(mount, mnt_ns) != BPF_CORE_READ(task, nsproxy, mnt_ns);
}

/* The mount namespace of a file. An error: the file is in a mount of the kernel's own, as a memfd is. Null: it is in a
 * mount that was taken out of its tree. */
static __always_inline struct mnt_namespace *mounts_of(struct file *file)
{
    struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);
    struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
    return BPF_CORE_READ(mount, mnt_ns);
}

/* Notes the file's owner, and the mounts and the root that the program runs in.  A function of its own for the sake of
 * the stack. */
static __noinline int note_image(u64 file_address, u64 task_address, struct ev_exec *exec)
{
    struct task_struct *task = (struct task_struct *)task_address;
    struct file *file = (struct file *)file_address;
    if (!exec)
        return 0;
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    struct mnt_namespace *mounts = BPF_CORE_READ(task, nsproxy, mnt_ns);
    /* a file that runs from elsewhere, or from a mount without a namespace, is not the file of that name here */
    struct mnt_namespace *of_file = mounts_of(file);
    bool elsewhere = of_file != mounts && (u64)of_file < -MAX_ERRNO;
    bool other_mounts = (u64)mounts != home_mount_ns || elsewhere;
    bool home_root = (u64)BPF_CORE_READ(task, fs, root.dentry) == home_root_dentry &&
                     (other_mounts || (u64)BPF_CORE_READ(task, fs, root.mnt) == home_root_mnt);
    /* a mount that has the whole tree below it again is a root of its own, too */
    bool own_root = other_mounts && !exec->outer_bytes;

    exec->flags |= EV_EXEC_PLACED;
    exec->flags |= is_powerless(file_address, task_address) ? EV_EXEC_FILE_POWERLESS : 0;
    exec->flags |= other_mounts ? EV_EXEC_OTHER_MOUNTS : 0;
    exec->flags |= home_root || own_root ? 0 : EV_EXEC_OTHER_ROOT;
    exec->flags |= BPF_CORE_READ(inode, i_sb, s_magic) == FUSE_SUPER_MAGIC ? EV_EXEC_SERVED_BY_USER : 0;
    exec->mount_ns = elsewhere && !of_file ? 0 : BPF_CORE_READ(elsewhere ? of_file : mounts, ns.inum);
    exec->uid = BPF_CORE_READ(inode, i_uid.val);
    exec->gid = BPF_CORE_READ(inode, i_gid.val);
    exec->mode = BPF_CORE_READ(inode, i_mode);
    return 0;
}

static __always_inline u64 change_time(struct inode *inode)
{
    if (bpf_core_field_exists(inode->i_ctime_sec)) {
        /* since 6.13 the highest bit of the nanoseconds is a mark of the kernel's own (I_CTIME_QUERIED) */
        return BPF_CORE_READ(inode, i_ctime_sec) * 1000000000ULL + (BPF_CORE_READ(inode, i_ctime_nsec) & ~(1U << 31));
    }
    struct inode___ctime_6_6 *newer = (void *)inode;
    if (bpf_core_field_exists(newer->__i_ctime))
        return BPF_CORE_READ(newer, __i_ctime.tv_sec) * 1000000000ULL + BPF_CORE_READ(newer, __i_ctime.tv_nsec);
    struct inode___ctime_old *old = (void *)inode;
    return BPF_CORE_READ(old, i_ctime.tv_sec) * 1000000000ULL + BPF_CORE_READ(old, i_ctime.tv_nsec);
}

/* Returns a hash of what identifies the file. */
static __always_inline u64 identify_image(struct ev_exec *exec, struct file *file)
{
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    exec->inode = BPF_CORE_READ(inode, i_ino);
    exec->device = BPF_CORE_READ(inode, i_sb, s_dev);
    exec->ctime = change_time(inode);
    return finish(mix(mix(mix(hash_seed, exec->inode), exec->device), exec->ctime));
}

static __always_inline void note_path_of_image(struct exec_scratch *scratch, struct file *file,
                                               struct task_struct *task)
{
    append_path(&scratch->texts, file, task);
    scratch->exec.path_bytes = scratch->texts.path_bytes;
    scratch->exec.outer_bytes = scratch->texts.outer_bytes;
    scratch->exec.flags |= scratch->texts.is_cut ? EV_EXEC_PATH_CUT : 0;
    scratch->exec.flags |= scratch->texts.is_unreachable ? EV_EXEC_PATH_UNREACHABLE : 0;
}

static __always_inline void send_exec(struct exec_scratch *scratch)
{
    u64 bytes = scratch->texts.at;
    if (bytes > TEXT_MASK)
        bytes = TEXT_MASK;
    if (bpf_ringbuf_output(&ring, scratch, sizeof scratch->exec + bytes, wake_flags(ring_waiting())))
        COUNT_SHARED(lost_processes);
}

/* The strings of argv as the new image has them; for a script the interpreter stands in front. */
static __always_inline void append_arguments(struct exec_scratch *scratch, struct task_struct *task)
{
    u64 start = BPF_CORE_READ(task, mm, arg_start), end = BPF_CORE_READ(task, mm, arg_end);
    u64 bytes = end > start ? end - start : 0;
    scratch->exec.argv_length = bytes;
    if (bytes > EV_ARGV_BYTES)
        bytes = EV_ARGV_BYTES;
    if (bpf_probe_read_user(&scratch->texts.text[scratch->texts.at & TEXT_MASK], bytes, (const void *)start) == 0)
        scratch->texts.at += bytes;
}

/* Notes whether the caller may trace the program that runs now.  Returns whether the name of the executed file is
 * hidden, too: a program that the caller may not trace has chosen it, or it is named in a script that the caller may
 * not read. */
static __always_inline bool change_rights(struct ev_exec *exec, struct task_struct *task, struct task_state *state,
                                          bool is_script)
{
    bool was_hidden = state->flags & TASK_WITHHELD, was_nameless = state->flags & TASK_NAMELESS;
    bool hidden = withhold_secure && (exec->flags & EV_EXEC_SECURE || !may_trace(task));
    state->flags &= ~(TASK_WITHHELD | TASK_NAMELESS);
    if (hidden)
        state->flags |= TASK_WITHHELD | (was_hidden ? TASK_NAMELESS : 0);
    else if (was_nameless)
        send_rename(state, task->comm);
    return hidden && (was_hidden || is_script);
}

/* What the kernel knows of an exec. */
struct started {
    struct file *file;             /* the program that runs now */
    const char *filename, *interp; /* as in struct linux_binprm: equal unless an interpreter was found by name */
    bool secure;
};

static __always_inline void program_starts(struct started started)
{
    struct task_struct *current = bpf_get_current_task_btf();
    struct task_state *state = state_of(current);
    struct exec_scratch *scratch = my_exec_scratch();
    if (!state || !scratch)
        return;
    struct ev_exec *exec = &scratch->exec;
    struct file *file = started.file;
    const char *filename = started.filename, *interp = started.interp;

    fill_header(&exec->header, EV_EXEC, state->thread, bpf_ktime_get_ns());
    mark_mapping(exec->header.time);
    exec->process = state->process;
    exec->flags = started.secure ? EV_EXEC_SECURE : 0;
    exec->before = state->cred;
    forget_creds(state);
    exec->after = real_cred_key(state, current, BY_TASK);
    state->image = identify_image(exec, file);
    state->cred = exec->after;
    state->mm = address_of_mm(state, current);
    state->flags &= ~TASK_BEFORE_EXEC;
    bool chosen_by_hidden = state->flags & TASK_WITHHELD;

    scratch->texts.at = 0;
    exec->given_bytes = exec->interpreter_bytes = exec->path_bytes = exec->outer_bytes = exec->argv_bytes = 0;
    exec->mount_ns = exec->uid = exec->gid = exec->mode = exec->reserved = 0;
    if (change_rights(exec, current, state, interp != filename)) {
        exec->flags |= EV_EXEC_WITHHELD;
        exec->inode = exec->device = exec->ctime = exec->argv_length = 0;
        if (!chosen_by_hidden)
            exec->given_bytes = append_string(&scratch->texts, filename);
    } else {
        exec->given_bytes = append_string(&scratch->texts, filename);
        exec->interpreter_bytes = interp != filename ? append_string(&scratch->texts, interp) : 0;
        note_path_of_image(scratch, file, current);
        note_image((u64)file, as_number(current, &state->spill), exec);
        u64 begin = scratch->texts.at;
        append_arguments(scratch, current);
        exec->argv_bytes = scratch->texts.at - begin;
    }

    send_exec(scratch);
}

#endif
