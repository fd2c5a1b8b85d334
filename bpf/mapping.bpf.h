/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Executable memory of a followed task. */
#ifndef CAPREC_MAPPING_BPF_H
#define CAPREC_MAPPING_BPF_H

#include "emit.bpf.h"
#include "kernel_types.h"
#include "path_text.bpf.h"
#include "plain.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

enum { VM_EXEC = 4 };

struct mapping_scratch {
    struct ev_mapping mapping;
    struct texts texts;
};
enum mapping_user { MAPPED_NOW = 0, MAPPED_BEFORE = 1 };
_Static_assert(MAPPED_BEFORE + 1 == EV_MAPPING_USERS, "a place for each");
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1); /* the user side sets EV_MAPPING_USERS where there is something to find */
    __type(key, u32);
    __type(value, struct mapping_scratch);
} mapping_scratch SEC(".maps");

static __always_inline void note_file(struct mapping_scratch *scratch, struct task_struct *task, struct file *file,
                                      u64 pages)
{
    struct ev_mapping *mapping = &scratch->mapping;
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    mapping->flags |= EV_MAPPING_FILE;
    mapping->flags |= BPF_CORE_READ(inode, i_sb, s_magic) == FUSE_SUPER_MAGIC ? EV_MAPPING_SERVED_BY_USER : 0;
    mapping->inode = BPF_CORE_READ(inode, i_ino);
    mapping->device = BPF_CORE_READ(inode, i_sb, s_dev);
    mapping->file_offset = pages << page_shift;
    append_path(&scratch->texts, file, task);
    mapping->flags |= scratch->texts.is_cut ? EV_MAPPING_PATH_CUT : 0;
    mapping->name_bytes = scratch->texts.is_cut ? 0 : scratch->texts.path_bytes;
}

static __always_inline void send_mapping(struct task_struct *task, struct task_state *state,
                                         struct vm_area_struct *area, u32 user)
{
    struct mapping_scratch *scratch = bpf_map_lookup_elem(&mapping_scratch, &user);
    if (!scratch || !(BPF_CORE_READ(area, vm_flags) & VM_EXEC))
        return;
    struct ev_mapping *mapping = &scratch->mapping;
    u64 memory = (u64)BPF_CORE_READ(area, vm_mm);
    struct file *file = BPF_CORE_READ(area, vm_file);
    __builtin_memset(mapping, 0, sizeof *mapping);
    fill_header(&mapping->header, EV_MAPPING, state->thread, bpf_ktime_get_ns());
    mapping->process = state->process;
    mapping->flags = memory != state->mapped_mm ? EV_MAPPING_FIRST : 0;
    state->mapped_mm = memory;
    mapping->start = BPF_CORE_READ(area, vm_start);
    mapping->length = BPF_CORE_READ(area, vm_end) - mapping->start;
    scratch->texts.at = 0;
    struct vm_special_mapping *special = BPF_CORE_READ(area, vm_private_data);
    if (file)
        note_file(scratch, task, file, BPF_CORE_READ(area, vm_pgoff));
    else if (special) /* such as the vdso */
        mapping->name_bytes = append_string(&scratch->texts, BPF_CORE_READ(special, name));
    u64 bytes = mapping->name_bytes;
    barrier_var(bytes); /* the bound must hold for the value used below, not for a copy */
    if (bytes > EV_PATH_BYTES)
        bytes = EV_PATH_BYTES;
    if (bpf_ringbuf_output(&ring, scratch, sizeof *mapping + bytes, wake_flags(ring_waiting())))
        COUNT_SHARED(lost_mappings);
}

#endif
