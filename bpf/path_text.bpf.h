/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path of a file, from its dentry: component by component, the last one first, each with its NUL. */
#ifndef CAPREC_PATH_TEXT_BPF_H
#define CAPREC_PATH_TEXT_BPF_H

#include "event.h"
#include "kernel_types.h"
#include "loop.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

enum { TEXT_MASK = 0x3fff, MAX_COMPONENTS = 200 };

/* The state of the walk from the file through the process's root to that of its mount namespace. */
struct path_walk {
    u64 dentry, mnt;
    u64 root_dentry, root_mnt; /* the process's root; 0: the walk has passed it */
    u64 room;                  /* bytes that the path may still take */
    u64 inner;                 /* bytes of text when the walk reached the process's root */
};

/* The texts follow one another; the margin lets the longest piece start at any masked place.  Values that change in
 * a loop are here and not on the stack, where the verifier would follow each of them. */
struct texts {
    char text[TEXT_MASK + 1 + EV_ARGV_BYTES];
    u64 at; /* bytes of text so far */
    struct path_walk walk;
    u32 path_bytes, outer_bytes; /* lengths of the last path below the process's root, and above it */
    u32 is_cut, is_unreachable;  /* the path was too long; the file is not below that root */
};

struct path_context {
    struct texts *texts;
};

/* Appends a string of the kernel to the texts; returns its length with the NUL. */
static __always_inline u32 append_string(struct texts *texts, const void *from)
{
    long got = bpf_probe_read_kernel_str(&texts->text[texts->at & TEXT_MASK], EV_NAME_BYTES, from);
    if (got <= 0)
        return 0;
    texts->at += got;
    return got;
}

/* One step from the file towards the root of all: through a mount point, or up one component. */
static long path_step(u32 index, struct path_context *context)
{
    struct texts *texts = context->texts;
    struct path_walk *walk = &texts->walk;
    struct dentry *dentry = (struct dentry *)walk->dentry;
    struct vfsmount *mnt = (struct vfsmount *)walk->mnt;
    if (walk->dentry == walk->root_dentry && walk->mnt == walk->root_mnt) {
        walk->inner = texts->at;
        walk->root_dentry = 0;
    }
    /* a caller in a jail is not told where that is */
    if (withhold_secure && !walk->root_dentry && walk->dentry == home_root_dentry && walk->mnt == home_root_mnt)
        return 1;
    if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
        struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
        struct mount *parent = BPF_CORE_READ(mount, mnt_parent);
        if (parent == mount) { /* the top of a tree; the process's root may not be in it */
            texts->is_unreachable = !!walk->root_dentry;
            return 1;
        }
        walk->dentry = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
        walk->mnt = (u64)parent + bpf_core_field_offset(struct mount, mnt);
        return 0;
    }
    struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
    if (walk->room < EV_NAME_BYTES) {
        texts->is_cut = 1;
        return 1;
    }
    walk->room -= append_string(texts, BPF_CORE_READ(dentry, d_name.name));
    if (parent == dentry) { /* a file without a place, such as a memfd */
        texts->is_unreachable = !!walk->root_dentry;
        return 1;
    }
    walk->dentry = (u64)parent;
    return 0;
}
LOOP_STEP(path_step, struct path_context)

static __always_inline void append_path(struct texts *texts, struct file *file, struct task_struct *task)
{
    struct path_context context = {texts};
    u64 begin = texts->at;
    texts->walk.dentry = (u64)BPF_CORE_READ(file, f_path.dentry);
    texts->walk.mnt = (u64)BPF_CORE_READ(file, f_path.mnt);
    texts->walk.root_dentry = (u64)BPF_CORE_READ(task, fs, root.dentry);
    texts->walk.root_mnt = (u64)BPF_CORE_READ(task, fs, root.mnt);
    texts->walk.room = EV_PATH_BYTES;
    texts->walk.inner = 0;
    texts->is_cut = texts->is_unreachable = 0;
    if (REPEAT(MAX_COMPONENTS, path_step, &context) == MAX_COMPONENTS)
        texts->is_cut = 1;
    u64 inner = texts->walk.inner ? texts->walk.inner : texts->at;
    texts->path_bytes = inner - begin;
    texts->outer_bytes = texts->at - inner;
}

#endif
