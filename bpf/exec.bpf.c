// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A successful exec: what was asked for, what runs now, with which arguments and credentials.
 */
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "hash.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

enum { TEXT_MASK = 0x3fff, MAX_COMPONENTS = 200 };

/* Where the walk from the file to the process's root stands, and where it ends. */
struct path_walk {
    u64 dentry, mnt;
    u64 root_dentry, root_mnt;
    u64 room; /* bytes that the path may still take */
};

/* The texts follow one another; the margin lets the longest piece start at any masked place.  What changes in a
 * loop stands here and not on the stack, where the verifier would follow each of its values. */
struct exec_scratch {
    struct ev_exec exec;
    char text[TEXT_MASK + 1 + EV_ARGV_BYTES];
    u64 at; /* bytes of text so far */
    struct path_walk walk;
};
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct exec_scratch);
} exec_scratch SEC(".maps");

struct path_context {
    struct exec_scratch *scratch;
};

/* A string of the kernel's behind the texts; returns its length with the NUL. */
static __always_inline u32 append_string(struct exec_scratch *scratch, const void *from)
{
    long got = bpf_probe_read_kernel_str(&scratch->text[scratch->at & TEXT_MASK], EV_NAME_BYTES, from);
    if (got <= 0)
        return 0;
    scratch->at += got;
    return got;
}

/* One step from the file towards the process's root: through a mount point, or up one component. */
static long path_step(u32 index, struct path_context *context)
{
    struct exec_scratch *scratch = context->scratch;
    struct path_walk *walk = &scratch->walk;
    struct dentry *dentry = (struct dentry *)walk->dentry;
    struct vfsmount *mnt = (struct vfsmount *)walk->mnt;
    if (walk->dentry == walk->root_dentry && walk->mnt == walk->root_mnt)
        return 1;
    if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
        struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
        struct mount *parent = BPF_CORE_READ(mount, mnt_parent);
        if (parent == mount) { /* the top of a tree that the process's root is not in */
            scratch->exec.flags |= EV_EXEC_PATH_UNREACHABLE;
            return 1;
        }
        walk->dentry = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
        walk->mnt = (u64)parent + bpf_core_field_offset(struct mount, mnt);
        return 0;
    }
    struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
    if (walk->room < EV_NAME_BYTES) {
        scratch->exec.flags |= EV_EXEC_PATH_CUT;
        return 1;
    }
    walk->room -= append_string(scratch, BPF_CORE_READ(dentry, d_name.name));
    if (parent == dentry) { /* a file without a place, such as a memfd */
        scratch->exec.flags |= EV_EXEC_PATH_UNREACHABLE;
        return 1;
    }
    walk->dentry = (u64)parent;
    return 0;
}

static __always_inline void append_path(struct exec_scratch *scratch, struct file *file, struct task_struct *task)
{
    struct path_context context = {scratch};
    scratch->walk.dentry = (u64)BPF_CORE_READ(file, f_path.dentry);
    scratch->walk.mnt = (u64)BPF_CORE_READ(file, f_path.mnt);
    scratch->walk.root_dentry = (u64)BPF_CORE_READ(task, fs, root.dentry);
    scratch->walk.root_mnt = (u64)BPF_CORE_READ(task, fs, root.mnt);
    scratch->walk.room = EV_PATH_BYTES;
    if (bpf_loop(MAX_COMPONENTS, path_step, &context, 0) == MAX_COMPONENTS)
        scratch->exec.flags |= EV_EXEC_PATH_CUT;
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

/* The strings of argv as the new image has them; for a script the interpreter stands in front. */
static __always_inline void append_arguments(struct exec_scratch *scratch, struct task_struct *task)
{
    u64 start = BPF_CORE_READ(task, mm, arg_start), end = BPF_CORE_READ(task, mm, arg_end);
    u64 bytes = end > start ? end - start : 0;
    scratch->exec.argv_length = bytes;
    if (bytes > EV_ARGV_BYTES)
        bytes = EV_ARGV_BYTES;
    if (bpf_probe_read_user(&scratch->text[scratch->at & TEXT_MASK], bytes, (const void *)start) == 0)
        scratch->at += bytes;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(task_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
    u32 zero = 0;
    struct task_struct *current = bpf_get_current_task_btf();
    struct task_state *state = state_of(current);
    struct exec_scratch *scratch = bpf_map_lookup_elem(&exec_scratch, &zero);
    if (!state || !scratch)
        return 0;
    struct ev_exec *exec = &scratch->exec;
    struct file *file = BPF_CORE_READ(bprm, file);
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    const char *filename = BPF_CORE_READ(bprm, filename), *interp = BPF_CORE_READ(bprm, interp);

    fill_header(&exec->header, EV_EXEC, state->thread, bpf_ktime_get_ns());
    exec->process = state->process;
    exec->flags = BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec) ? EV_EXEC_SECURE : 0;
    exec->before = state->cred;
    forget_creds(state);
    exec->after = real_cred_key(state, current, CRED_OF_TASK);
    exec->inode = BPF_CORE_READ(inode, i_ino);
    exec->device = BPF_CORE_READ(inode, i_sb, s_dev);
    exec->ctime = change_time(inode);

    u64 image = mix(mix(mix(hash_seed, exec->inode), exec->device), exec->ctime);
    state->image = finish(image);
    state->cred = exec->after;
    state->mm = address_of_mm(state, current);
    state->flags &= ~TASK_BEFORE_EXEC;
    if (withhold_secure && exec->flags & EV_EXEC_SECURE)
        state->flags |= TASK_WITHHELD;

    scratch->at = 0;
    exec->given_bytes = append_string(scratch, filename);
    exec->interpreter_bytes = interp != filename ? append_string(scratch, interp) : 0;
    u64 begin = scratch->at;
    append_path(scratch, file, current);
    exec->path_bytes = scratch->at - begin;
    begin = scratch->at;
    append_arguments(scratch, current);
    exec->argv_bytes = scratch->at - begin;

    u64 bytes = scratch->at;
    if (bytes > TEXT_MASK)
        bytes = TEXT_MASK;
    if (bpf_ringbuf_output(&ring, scratch, sizeof *exec + bytes, wake_flags(ring_waiting())))
        COUNT_SHARED(lost_processes);
    return 0;
}
