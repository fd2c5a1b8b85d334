/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that a descriptor of a task stands for. */
#ifndef CAPREC_OPEN_FILE_BPF_H
#define CAPREC_OPEN_FILE_BPF_H

#include "kernel_types.h"
#include "plain.bpf.h"

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

/* Null: none. */
static __always_inline struct file *file_of(struct task_struct *task, u64 fd)
{
    struct fdtable *table = plain_task(task)->files->fdt;
    struct file **files = table->fd;
    struct file *file = 0;
    if ((u32)fd < table->max_fds)
        bpf_probe_read_kernel(&file, sizeof file, files + (u32)fd);
    return file;
}

#endif
