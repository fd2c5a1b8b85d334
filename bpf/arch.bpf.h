/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The differences between architectures, x86-64 and arm64: where a syscall's number, ABI and arguments stand, and how
 * to tell that a task is inside of one.
 */
#ifndef CAPREC_ARCH_BPF_H
#define CAPREC_ARCH_BPF_H

#include "event.h"
#include "kernel_types.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct syscall_state {
    u64 args[6];
    u64 ip, sp; /* those of user space */
    s32 nr;
    u32 abi; /* EV_ABI_NONE: the task is not inside of a syscall */
};

enum { ENOSYS_NEGATIVE = -38 };

#if defined(__TARGET_ARCH_x86)

enum { TS_COMPAT = 0x2, X32_BIT = 0x40000000, KERNEL_STACK_BYTES = 16384, USER_CS_64 = 0x33 };

static __always_inline u32 syscall_abi(struct task_struct *task, struct pt_regs *regs)
{
    if (task->thread_info.status & TS_COMPAT)
        return EV_ABI_I386;
    return regs->orig_ax & X32_BIT ? EV_ABI_X32 : EV_ABI_X86_64;
}

static __always_inline s32 syscall_number(struct pt_regs *regs, u32 abi)
{
    s32 nr = (s32)regs->orig_ax;
    return abi == EV_ABI_X32 ? nr & ~X32_BIT : nr;
}

/*
 * Exceptions and interrupts store -1 as the number, and so does sigreturn.  From its entry until its return value is
 * stored, a syscall has -ENOSYS in ax, so code that runs on the way out (signal delivery, task work such as the last
 * close of a file) is told apart without a hook at the entry.
 */
static __always_inline void read_syscall(struct task_struct *task, struct pt_regs *regs, struct syscall_state *state)
{
    state->ip = regs->ip;
    state->sp = regs->sp;
    if ((s32)regs->orig_ax < 0 || (s64)regs->ax != ENOSYS_NEGATIVE)
        return;
    state->abi = syscall_abi(task, regs);
    state->nr = syscall_number(regs, state->abi);
}

static __always_inline void read_arguments(struct pt_regs *regs, struct syscall_state *state)
{
    if (state->abi == EV_ABI_I386) {
        state->args[0] = (u32)regs->bx;
        state->args[1] = (u32)regs->cx;
        state->args[2] = (u32)regs->dx;
        state->args[3] = (u32)regs->si;
        state->args[4] = (u32)regs->di;
        state->args[5] = (u32)regs->bp;
    } else {
        state->args[0] = regs->di;
        state->args[1] = regs->si;
        state->args[2] = regs->dx;
        state->args[3] = regs->r10;
        state->args[4] = regs->r8;
        state->args[5] = regs->r9;
    }
}

static __always_inline u64 first_argument(struct pt_regs *regs, u32 abi)
{
    return abi == EV_ABI_I386 ? (u32)regs->bx : regs->di;
}

static __always_inline u64 second_argument(struct pt_regs *regs, u32 abi)
{
    return abi == EV_ABI_I386 ? (u32)regs->cx : regs->si;
}

static __always_inline bool runs_64_bit_code(struct task_struct *task, struct pt_regs *regs)
{
    return (u16)regs->cs == USER_CS_64;
}

static __always_inline u64 user_stack_pointer(struct pt_regs *regs)
{
    return regs->sp;
}

/* This holds for any ABI, and at the end of a syscall as well. */
static __always_inline u64 third_argument(struct pt_regs *regs)
{
    return regs->dx;
}

/* The outermost frames, up to the function that shifts the stack by a random number of bytes: do_syscall_64() is
 * called by the entry itself, __do_fast_syscall_32() with up to three functions between. */
static __always_inline u32 moving_frames(u32 abi)
{
    return abi == EV_ABI_I386 ? 4 : 1;
}

static __always_inline void copy_registers(struct pt_regs *regs, u64 *to)
{
    to[0] = regs->ax;
    to[1] = regs->dx;
    to[2] = regs->cx;
    to[3] = regs->bx;
    to[4] = regs->si;
    to[5] = regs->di;
    to[6] = regs->bp;
    to[7] = regs->sp;
    to[8] = regs->r8;
    to[9] = regs->r9;
    to[10] = regs->r10;
    to[11] = regs->r11;
    to[12] = regs->r12;
    to[13] = regs->r13;
    to[14] = regs->r14;
    to[15] = regs->r15;
    to[16] = regs->ip;
}

/* The end of the stack of a thread other than the first: the C library keeps a thread's descriptor, which fs points
 * to, at the top of its stack. */
static __always_inline u64 thread_descriptor(struct task_struct *task)
{
    return task->thread.fsbase;
}

/* The arguments of a kernel function, at its entry, and its return value, at its return. */
static __always_inline u64 called_with(const struct pt_regs *regs, u32 index)
{
    return index == 0 ? regs->di : index == 1 ? regs->si : index == 2 ? regs->dx : regs->cx;
}

static __always_inline u64 returned(const struct pt_regs *regs)
{
    return regs->ax;
}

/* Of registers behind a plain number. */
static __always_inline u64 kernel_stack_pointer(const struct pt_regs *regs)
{
    return BPF_CORE_READ(regs, sp);
}

#elif defined(__TARGET_ARCH_arm64)

enum { TIF_32BIT = 22, KERNEL_STACK_BYTES = 16384 };

static __always_inline u32 syscall_abi(struct task_struct *task, struct pt_regs *regs)
{
    return task->thread_info.flags >> TIF_32BIT & 1 ? EV_ABI_ARM : EV_ABI_ARM64;
}

static __always_inline s32 syscall_number(struct pt_regs *regs, u32 abi)
{
    return regs->syscallno;
}

/*
 * syscallno is -1 outside of syscalls.  x0 holds the first argument until the return value takes its place;
 * a syscall that returns its own first argument is the one case that cannot be told apart on its way out.
 */
static __always_inline void read_syscall(struct task_struct *task, struct pt_regs *regs, struct syscall_state *state)
{
    state->ip = regs->user_regs.pc;
    state->sp = regs->user_regs.sp;
    if (regs->syscallno < 0 || regs->user_regs.regs[0] != regs->orig_x0)
        return;
    state->abi = syscall_abi(task, regs);
    state->nr = syscall_number(regs, state->abi);
}

static __always_inline void read_arguments(struct pt_regs *regs, struct syscall_state *state)
{
    state->args[0] = regs->orig_x0;
    state->args[1] = regs->user_regs.regs[1];
    state->args[2] = regs->user_regs.regs[2];
    state->args[3] = regs->user_regs.regs[3];
    state->args[4] = regs->user_regs.regs[4];
    state->args[5] = regs->user_regs.regs[5];
}

static __always_inline u64 first_argument(struct pt_regs *regs, u32 abi)
{
    return regs->orig_x0;
}

static __always_inline u64 second_argument(struct pt_regs *regs, u32 abi)
{
    return regs->user_regs.regs[1];
}

static __always_inline bool runs_64_bit_code(struct task_struct *task, struct pt_regs *regs)
{
    return syscall_abi(task, regs) == EV_ABI_ARM64;
}

static __always_inline u64 user_stack_pointer(struct pt_regs *regs)
{
    return regs->user_regs.sp;
}

static __always_inline u64 third_argument(struct pt_regs *regs)
{
    return regs->user_regs.regs[2];
}

/* The outermost frames, up to invoke_syscall(), which shifts the stack by a random number of bytes: el0_svc_common,
 * do_el0_svc, el0_svc, el0t_64_sync_handler, el0t_64_sync. */
static __always_inline u32 moving_frames(u32 abi)
{
    return abi == EV_ABI_NONE ? 1 : 5;
}

static __always_inline void copy_registers(struct pt_regs *regs, u64 *to)
{
#pragma unroll
    for (u32 i = 0; i < 31; i++)
        to[i] = regs->user_regs.regs[i];
    to[31] = regs->user_regs.sp;
    to[32] = regs->user_regs.pc;
}

static __always_inline u64 thread_descriptor(struct task_struct *task)
{
    return 0; /* not at the top of a stack */
}

static __always_inline u64 called_with(const struct pt_regs *regs, u32 index)
{
    return regs->user_regs.regs[index];
}

static __always_inline u64 returned(const struct pt_regs *regs)
{
    return regs->user_regs.regs[0];
}

static __always_inline u64 kernel_stack_pointer(const struct pt_regs *regs)
{
    return BPF_CORE_READ(regs, user_regs.sp);
}

#else
#error "this architecture has no row here yet: x86-64 and arm64 have"
#endif

#endif
