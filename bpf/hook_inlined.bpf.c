// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The checks that are made by functions beside cap_capable(), in security/commoncap.c.  Many builds of the kernel have
 * it inlined there, and programs that hook it do not see these checks.  These programs do: they are called where the
 * check is made, and derive the answer by the same rule.
 */
#include "arch.bpf.h"
#include "check.bpf.h"

enum { CAP_SETPCAP = 8, CAP_SYS_ADMIN = 21, NOT_PERMITTED = -1, OPTION_NO_AUDIT = 2 /* CAP_OPT_NOAUDIT */ };

static __always_inline int holds(const struct cred *cred, u32 capability)
{
    return cred->cap_effective.val >> capability & 1 ? 0 : NOT_PERMITTED;
}

static __always_inline const struct cred *own_cred(void)
{
    return plain_task(bpf_get_current_task_btf())->cred;
}

/* cap_vm_enough_memory(): may the process have more than the overcommit limit? */
static __always_inline void memory_asked(void *ctx)
{
    const struct cred *cred = own_cred();
    int result = cred->user_ns->level ? NOT_PERMITTED : holds(cred, CAP_SYS_ADMIN);
    check_made(ctx, 0, cred, 0, CAP_SYS_ADMIN, result, OPTION_NO_AUDIT, true);
}

/* cap_capset(): may it add to its inheritable set what it has not got? */
static __always_inline void capset_asked(void *ctx)
{
    const struct cred *cred = own_cred();
    check_made(ctx, 0, cred, cred->user_ns, CAP_SETPCAP, holds(cred, CAP_SETPCAP), 0, true);
}

/* cap_task_prctl(): may it change its securebits?  A change that no privilege allows is refused without the
 * question. */
static __always_inline void prctl_asked(void *ctx, u32 option, u64 wanted)
{
    enum { PR_SET_SECUREBITS = 28, LOCKS = 0xaaaa, ALL_BITS = 0xffff };
    const struct cred *cred = own_cred();
    u64 bits = cred->securebits;
    if (option != PR_SET_SECUREBITS || ((bits & LOCKS) >> 1 & (bits ^ wanted)) || bits & LOCKS & ~wanted ||
        wanted & ~(u64)ALL_BITS)
        return;
    check_made(ctx, 0, cred, cred->user_ns, CAP_SETPCAP, holds(cred, CAP_SETPCAP), 0, true);
}

SEC("?fentry/cap_vm_enough_memory")
int fentry_memory(u64 *ctx)
{
    memory_asked(ctx);
    return 0;
}

SEC("?fentry/cap_capset")
int fentry_capset(u64 *ctx)
{
    capset_asked(ctx);
    return 0;
}

SEC("?fentry/cap_task_prctl")
int fentry_prctl(u64 *ctx)
{
    prctl_asked(ctx, ctx[0], ctx[1]);
    return 0;
}

/* At the return and not at the entry: on arm64 a walk from there would miss the caller. */
SEC("?kretprobe/cap_vm_enough_memory")
int kretprobe_memory(struct pt_regs *ctx)
{
    memory_asked(ctx);
    return 0;
}

SEC("?kretprobe/cap_capset")
int kretprobe_capset(struct pt_regs *ctx)
{
    capset_asked(ctx);
    return 0;
}

/* Its arguments are those of the syscall. */
SEC("?kretprobe/cap_task_prctl")
int kretprobe_prctl(struct pt_regs *ctx)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
    struct syscall_state now = {.abi = syscall_abi(task, regs)};
    read_arguments(regs, &now);
    prctl_asked(ctx, now.args[0], now.args[1]);
    return 0;
}
