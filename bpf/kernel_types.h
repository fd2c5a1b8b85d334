/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the kernel's types that the hooks read, and no more.  Offsets are relocated at load time (CO-RE)
 * from the running kernel's BTF, so member order and the members left out do not matter, and no build needs
 * a kernel dump.  Where kernels differ a flavor (___suffix) stands beside the newest form.
 */
#ifndef CAPREC_KERNEL_TYPES_H
#define CAPREC_KERNEL_TYPES_H

#include <linux/types.h>
#include <stdbool.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
    u32 val;
} kuid_t;
typedef struct {
    u32 val;
} kgid_t;

/* one u64 since 6.3, two u32 (low word first) before: the same bytes on little-endian machines */
typedef struct {
    u64 val;
} kernel_cap_t;

struct ns_common {
    unsigned int inum;
};

struct user_namespace {
    int level;
    kuid_t owner;
    struct ns_common ns;
};

struct group_info {
    int ngroups;
    kgid_t gid[0];
};

struct cred {
    kuid_t uid, suid, euid, fsuid;
    kgid_t gid, sgid, egid, fsgid;
    unsigned int securebits;
    kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient;
    struct user_namespace *user_ns;
    struct group_info *group_info;
};

typedef struct {
    int counter;
} atomic_t;

struct upid {
    int nr;
};

struct pid {
    unsigned int level;
    struct upid numbers[0];
};

struct signal_struct {
    atomic_t live;
    int group_exit_code;
    unsigned int flags;
    struct pid *pids[4]; /* PIDTYPE_PID, PIDTYPE_TGID, ... */
};

struct qstr {
    const unsigned char *name;
};

struct super_block {
    u32 s_dev;
};

struct inode {
    unsigned long i_ino;
    struct super_block *i_sb;
    s64 i_ctime_sec;
    u32 i_ctime_nsec;
};

struct timespec64 {
    s64 tv_sec;
    long tv_nsec;
};
struct inode___ctime_6_6 { /* 6.6 to 6.10 */
    struct timespec64 __i_ctime;
};
struct inode___ctime_old { /* before 6.6 */
    struct timespec64 i_ctime;
};

struct dentry {
    struct dentry *d_parent;
    struct qstr d_name;
    struct inode *d_inode;
};

struct vfsmount {
    struct dentry *mnt_root;
};

struct mount {
    struct mount *mnt_parent;
    struct dentry *mnt_mountpoint;
    struct vfsmount mnt;
};

struct path {
    struct vfsmount *mnt;
    struct dentry *dentry;
};

struct file {
    struct path f_path;
    struct inode *f_inode;
};

struct fs_struct {
    struct path root;
};

struct mm_struct {
    unsigned long start_code, end_code, start_stack, arg_start, arg_end, mmap_base;
};

struct thread_struct {
    unsigned long fsbase; /* x86 only */
};

struct thread_info {
    unsigned long flags;
    u32 status; /* x86 only */
};

struct task_struct {
    struct thread_info thread_info;
    void *stack;
    unsigned int flags;
    struct mm_struct *mm;
    struct thread_struct thread;
    unsigned long sas_ss_sp; /* the stack that signal handlers may have */
    unsigned long sas_ss_size;
    int exit_code;
    unsigned long atomic_flags;
    int pid, tgid;
    struct task_struct *group_leader;
    struct pid *thread_pid;
    const struct cred *real_cred;
    const struct cred *cred;
    char comm[16];
    struct fs_struct *fs;
    struct signal_struct *signal;
};

struct linux_binprm {
    unsigned int secureexec : 1;
    struct file *file;
    const char *filename;
    const char *interp;
};

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
    unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, sp;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
    u64 regs[31];
    u64 sp;
    u64 pc;
};
struct pt_regs {
    struct user_pt_regs user_regs;
    u64 orig_x0;
    s32 syscallno;
};
#endif

#pragma clang attribute pop

/* include/linux/sched.h */
enum { PF_IO_WORKER = 0x10, PF_EXITING = 0x4, PF_KTHREAD = 0x200000, PFA_NO_NEW_PRIVS = 0 };
/* include/uapi/linux/sched.h */
enum { CLONE_THREAD = 0x10000 };
/* include/linux/sched/signal.h */
enum { SIGNAL_GROUP_EXIT = 0x4 };
enum { PIDTYPE_TGID = 1 };

#endif
