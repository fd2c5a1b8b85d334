// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entry and return of cap_capable(), where neither the tracepoint nor a trampoline is to be had.  The arguments are
 * kept with the task between the two: one place for the task itself, one for an interrupt that asks in between.  A
 * place that is still taken at the next entry was never answered: the kernel had no room for that return's probe, or
 * one interrupt came into another.
 */
#include "check.bpf.h"

struct asking {
    struct task_state *state; /* null: nobody follows the task */
    struct asked *asked;
};

static __always_inline struct asking find_asking(struct pt_regs *ctx)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct asking found = {.state = state_of(task)};
    struct check_scratch *scratch = my_check_scratch();
    if (!found.state || !scratch)
        return (struct asking){};
    found.asked = context_of(task, scratch, as_number(ctx, &scratch->address)) == EV_CONTEXT_TASK
                      ? &found.state->asked
                      : &found.state->asked_aside;
    return found;
}

SEC("?kprobe/cap_capable")
int kprobe_check(struct pt_regs *ctx)
{
    struct asking asking = find_asking(ctx);
    struct asked *asked = asking.asked;
    if (!asked)
        return 0;
    if (asked->cred && !(asking.state->flags & TASK_RECORDER)) {
        COUNT_SHARED(checks_made);
        COUNT_SHARED(lost_checks);
    }
    asked->cred = called_with(ctx, 0);
    asked->target_ns = called_with(ctx, 1);
    asked->capability = called_with(ctx, 2);
    asked->options = called_with(ctx, 3);
    return 0;
}

SEC("?kretprobe/cap_capable")
int kretprobe_check(struct pt_regs *ctx)
{
    struct asking asking = find_asking(ctx);
    struct asked *asked = asking.asked;
    if (!asked)
        return 0;
    if (!asked->cred) { /* its entry was not seen; the recorder's own entry may have come before this was attached */
        if (!(asking.state->flags & TASK_RECORDER)) {
            COUNT_SHARED(checks_made);
            COUNT_SHARED(lost_checks);
        }
        return 0;
    }
    check_made(ctx, 0, (const struct cred *)asked->cred, (struct user_namespace *)asked->target_ns, asked->capability,
               returned(ctx), asked->options, false);
    asked->cred = 0;
    return 0;
}
