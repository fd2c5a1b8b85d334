// SPDX-License-Identifier: GPL-2.0-or-later
/* The capability tracepoint of Linux 6.14 and later: every site, the result, but not the options. */
#include "check.bpf.h"

#ifndef TRACEPOINT_SECTION
#define TRACEPOINT_SECTION "?tp_btf/cap_capable" /* '?': loaded when the recorder chooses it */
#endif

SEC(TRACEPOINT_SECTION)
int BPF_PROG(tracepoint_check, const struct cred *cred, struct user_namespace *target_ns,
             const struct user_namespace *capable_ns, int cap, int ret)
{
    check_made(ctx, 0, cred, target_ns, cap, ret, 0, true);
    return 0;
}
