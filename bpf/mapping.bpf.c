// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The executable memory that a followed task maps, at the place where the kernel tells perf: perf_event_mmap() is
 * called whether or not anybody listens.  perf itself tells more (build ids), but refuses a recorder with CAP_PERFMON
 * alone where perf_event_paranoid is 3, as Debian has it.  This program is loaded only then, by itself, with the maps
 * of the others.
 */
#include "mapping.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("?fentry/perf_event_mmap")
int BPF_PROG(memory_mapped, struct vm_area_struct *area)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    if (state)
        send_mapping(task, state, area, MAPPED_NOW);
    return 0;
}
