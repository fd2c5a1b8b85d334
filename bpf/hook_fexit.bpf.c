// SPDX-License-Identifier: GPL-2.0-or-later
/* The end of cap_capable(), where the kernel has trampolines: the checks that come by the function itself, with their
 * options. */
#include "check.bpf.h"

SEC("?fexit/cap_capable")
int BPF_PROG(fexit_check, const struct cred *cred, struct user_namespace *target_ns, int cap, u32 options, int ret)
{
    check_made(ctx, 0, cred, target_ns, cap, ret, options, true);
    return 0;
}
