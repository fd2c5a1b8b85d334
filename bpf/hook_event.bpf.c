// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same tracepoints as perf sees them, as events.  From Linux 7 on, the programs of the other files are preempted,
 * and the kernel leaves out a program that another task on the processor is in the middle of.  What an event gives its
 * programs it gives with preemption disabled, so that none is left out.  It costs more: a record is put together first,
 * and the programs find in it what the tracepoint would have given them, as text and numbers.
 */
#include "auxiliary.bpf.h"
#include "check.bpf.h"
#include "exec.bpf.h"
#include "life.bpf.h"
#include "syscall.bpf.h"

#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct trace_event_raw_cap_capable {
    const struct cred *cred;
    struct user_namespace *target_ns;
    int cap, ret;
};
struct trace_event_raw_sys_exit {
    long ret;
};
struct trace_event_raw_task_newtask {
    int pid;
    u64 clone_flags;
};
struct trace_event_raw_task_rename {
    int pid;
    char newcomm[16];
};
struct trace_event_raw_sched_prepare_exec {
    u32 __data_loc_interp, __data_loc_filename;
};
struct trace_event_raw_sched_process_exec {
    u32 __data_loc_filename;
};
#pragma clang attribute pop

enum { NAME_WORDS = EV_NAME_BYTES / 8 };

/* What is known at the start of an exec and not at its end. */
struct exec_names {
    u64 spill; /* for as_number() */
    bool is_script;
    u64 filename[NAME_WORDS], interp[NAME_WORDS];
    struct auxiliary auxiliary; /* read at the end */
};
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct exec_names);
} exec_names SEC(".maps");

/* The kernel puts the registers of whoever reached the tracepoint in front of a record. */
static __always_inline u64 stack_of(const void *record)
{
    struct pt_regs *registers = 0;
    if (bpf_probe_read_kernel(&registers, sizeof registers, record))
        return 0;
    return kernel_stack_pointer(registers);
}

static __always_inline const char *text_of(u64 record, u32 location)
{
    return (const char *)(record + (location & 0xffff));
}

SEC("?tp/capability/cap_capable")
int event_check(struct trace_event_raw_cap_capable *record)
{
    u64 from = stack_of(record);
    if (!from && state_of(bpf_get_current_task_btf())) {
        COUNT_SHARED(checks_made);
        COUNT_SHARED(lost_checks);
    }
    if (from)
        check_made(record, from, record->cred, record->target_ns, record->cap, record->ret, 0, false);
    return 0;
}

SEC("?tp/raw_syscalls/sys_exit")
int event_syscall_exit(struct trace_event_raw_sys_exit *record)
{
    struct task_struct *task = bpf_get_current_task_btf();
    syscall_ends(task, (struct pt_regs *)bpf_task_pt_regs(task), record->ret);
    return 0;
}

SEC("?tp/task/task_newtask")
int event_task_new(struct trace_event_raw_task_newtask *record)
{
    if (!state_of(bpf_get_current_task_btf()))
        return 0;
    struct task_struct *task = bpf_task_from_pid(record->pid);
    if (!task) {
        COUNT_SHARED(lost_processes);
        return 0;
    }
    task_begins(task, record->clone_flags);
    bpf_task_release(task);
    return 0;
}

SEC("?tp/task/task_rename")
int event_task_renamed(struct trace_event_raw_task_rename *record)
{
    /* some kernels do not say whose name it is: hardly ever is it another's, as another thread's must be written to
     * /proc/PID/task/TID/comm */
    struct task_struct *task =
        bpf_task_from_pid(bpf_core_field_exists(record->pid) ? record->pid : (int)bpf_get_current_pid_tgid());
    if (!task)
        return 0;
    struct task_state *state = state_of(task);
    if (state)
        task_takes_name(task, (const char *)(as_number(record, &state->spill) +
                                             bpf_core_field_offset(struct trace_event_raw_task_rename, newcomm)));
    bpf_task_release(task);
    return 0;
}

SEC("?tp/sched/sched_prepare_exec")
int event_exec_begins(struct trace_event_raw_sched_prepare_exec *record)
{
    struct task_struct *task = bpf_get_current_task_btf();
    if (!state_of(task))
        return 0;
    struct exec_names *names = bpf_task_storage_get(&exec_names, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!names)
        return 0; /* the end of the exec counts it */
    u64 at = as_number(record, &names->spill), differs = 0;
    __builtin_memset(names->filename, 0, sizeof names->filename);
    __builtin_memset(names->interp, 0, sizeof names->interp);
    bpf_probe_read_kernel_str(names->filename, sizeof names->filename, text_of(at, record->__data_loc_filename));
    bpf_probe_read_kernel_str(names->interp, sizeof names->interp, text_of(at, record->__data_loc_interp));
#pragma unroll
    for (u32 i = 0; i < NAME_WORDS; i++)
        differs |= names->filename[i] ^ names->interp[i];
    names->is_script = differs != 0;
    return 0;
}

SEC("?tp/sched/sched_process_exec")
int event_exec(struct trace_event_raw_sched_process_exec *record)
{
    struct task_struct *task = bpf_get_current_task_btf();
    if (!state_of(task))
        return 0;
    struct exec_names *names = bpf_task_storage_get(&exec_names, task, 0, 0);
    if (!names) {
        COUNT_SHARED(lost_processes);
        return 0;
    }
    const char *filename = text_of(as_number(record, &names->spill), record->__data_loc_filename);
    const char *interp = names->is_script ? (const char *)as_number(names->interp, &names->spill) : filename;
    struct mm_struct *mm = BPF_CORE_READ(task, mm);
    program_starts(
        (struct started){BPF_CORE_READ(mm, exe_file), filename, interp, is_secure(&names->auxiliary, (u64)mm)});
    return 0;
}

SEC("?tp/sched/sched_process_exit")
int event_task_exit(void *record)
{
    task_ends(bpf_get_current_task_btf());
    return 0;
}
