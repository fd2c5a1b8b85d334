// SPDX-License-Identifier: GPL-2.0-or-later
#include "exec.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("tp_btf/sched_process_exec")
int BPF_PROG(task_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
    program_starts((struct started){BPF_CORE_READ(bprm, file), BPF_CORE_READ(bprm, filename),
                                    BPF_CORE_READ(bprm, interp), BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec)});
    return 0;
}
