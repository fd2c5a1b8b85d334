// SPDX-License-Identifier: GPL-2.0-or-later
#include "syscall.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("tp_btf/sys_exit")
int BPF_PROG(syscall_exit, struct pt_regs *regs, long value)
{
    syscall_ends(bpf_get_current_task_btf(), regs, value);
    return 0;
}
