/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that procfs itself has for a place in it. */
#ifndef CAPREC_PROCFS_BPF_H
#define CAPREC_PROCFS_BPF_H

#include "kernel_types.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* A name, as a little-endian word. */
enum { WORD_PROC = 0x636f7270 };

/* Null when it belongs to no process. */
static __always_inline struct pid *pid_of_inode(struct inode *inode)
{
    struct proc_inode *of = (void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);
    return BPF_CORE_READ(of, pid);
}

static __always_inline struct pid *pid_of_dentry(struct dentry *dentry)
{
    return pid_of_inode(BPF_CORE_READ(dentry, d_inode));
}

#endif
