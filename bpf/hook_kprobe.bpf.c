// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entry and return of cap_capable(), where neither the tracepoint nor a trampoline is to be had.  What was asked is
 * kept with the task between the two: one place for the task itself, one for an interrupt that asks in between.  A
 * place that is still taken at the next entry was never answered: the kernel had no room for that return's probe, or
 * one interrupt came into another.
 */
#include "check.bpf.h"

static __always_inline struct asked *my_asked(struct pt_regs *ctx, struct task_struct *task, struct task_state *state)
{
    struct check_scratch *scratch = my_check_scratch();
    if (!scratch)
        return 0;
    return context_of(task, scratch, as_number(ctx, &scratch->address)) == EV_CONTEXT_TASK ? &state->asked
                                                                                           : &state->asked_aside;
}

SEC("?kprobe/cap_capable")
int kprobe_check(struct pt_regs *ctx)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    if (!state)
        return 0;
    struct asked *asked = my_asked(ctx, task, state);
    if (!asked)
        return 0;
    if (asked->cred && !(state->flags & TASK_RECORDER)) {
        struct ev_counters *mine = my_counters();
        if (mine)
            mine->checks_made++, mine->lost_checks++;
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
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    if (!state)
        return 0;
    struct asked *asked = my_asked(ctx, task, state);
    if (!asked || !asked->cred)
        return 0;
    check_made(ctx, (const struct cred *)asked->cred, (struct user_namespace *)asked->target_ns, asked->capability,
               returned(ctx), asked->options, false);
    asked->cred = 0;
    return 0;
}
