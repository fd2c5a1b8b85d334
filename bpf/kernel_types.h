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

/* One u64 since 6.3, two u32 (low word first) before: the same bytes on little-endian machines.  Only its place is
 * relocated, not its contents. */
typedef struct {
    u64 val;
} kernel_cap_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
    u32 val;
} kuid_t;
typedef struct {
    u32 val;
} kgid_t;

struct ns_common {
    unsigned int inum;
};

struct user_namespace {
    struct user_namespace *parent;
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

struct pid_namespace {
    unsigned int level;
    struct ns_common ns;
};

struct upid {
    int nr;
    struct pid_namespace *ns;
};

struct hlist_node {
    struct hlist_node *next;
};

struct hlist_head {
    struct hlist_node *first;
};

struct list_head {
    struct list_head *next;
};

struct pid {
    unsigned int level;
    struct hlist_head tasks[4]; /* by PIDTYPE_* */
    struct upid numbers[0];
};

struct rlimit {
    unsigned long rlim_cur;
};

typedef struct {
    s64 counter;
} atomic64_t;

struct signal_struct {
    struct rlimit rlim[16];
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
    unsigned long s_magic;
    void *s_fs_info;
    struct user_namespace *s_user_ns;
};

struct inode {
    u16 i_mode;
    kuid_t i_uid;
    kgid_t i_gid;
    unsigned long i_ino;
    struct super_block *i_sb;
    void *i_private;
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
    struct super_block *d_sb;
};

struct vfsmount {
    struct dentry *mnt_root;
    struct super_block *mnt_sb;
    int mnt_flags;
};

struct mount;
struct mnt_namespace {
    struct ns_common ns;
    struct mount *root;
    u64 event; /* differs after each change of its mounts */
    u64 seq;   /* before 6.18: never used again */
};
struct ns_common___6_18 {
    u64 ns_id;
};

struct net {
    struct ns_common ns;
};
struct nsproxy {
    struct mnt_namespace *mnt_ns;
    struct net *net_ns;
};

/* A cgroup is a folder of a kernfs. */
struct kernfs_node {
    struct kernfs_node *__parent;
    const char *name;
    u64 id;
};
struct kernfs_node___6_14 {
    struct kernfs_node *parent;
};
struct cgroup {
    struct kernfs_node *kn;
};
struct css_set {
    struct cgroup *dfl_cgrp; /* in the hierarchy of cgroup v2 */
};

struct mount {
    struct mount *mnt_parent;
    struct dentry *mnt_mountpoint;
    struct mnt_namespace *mnt_ns;
    struct vfsmount mnt;
    struct list_head mnt_mounts, mnt_child; /* mounts on it; its place among those on its parent */
};

/* procfs */
struct proc_inode {
    struct pid *pid; /* the owner of these files; null: no process */
    struct inode vfs_inode;
};

enum proc_hidepid { HIDEPID_NOT_PTRACEABLE = 4 };

struct proc_fs_info {
    struct pid_namespace *pid_ns;
    kgid_t pid_gid; /* nothing is hidden from this group's members */
    enum proc_hidepid hide_pid;
};

struct path {
    struct vfsmount *mnt;
    struct dentry *dentry;
};

struct file {
    unsigned int f_mode;
    struct path f_path;
    struct inode *f_inode;
    void *private_data;
};

struct vm_area_struct {
    unsigned long vm_start, vm_end;
    struct mm_struct *vm_mm;
    unsigned long vm_flags;
    unsigned long vm_pgoff;
    struct file *vm_file;
    void *vm_private_data;
};

struct vm_special_mapping {
    const char *name;
};

struct fdtable {
    unsigned int max_fds;
    struct file **fd;
};

struct files_struct {
    struct fdtable *fdt;
};

struct sk_buff {
    unsigned char *data;
};

struct sk_buff_head {
    struct sk_buff *next, *prev;
};

struct sock_common {
    unsigned short skc_family;
};

struct sock {
    struct sock_common __sk_common;
    struct sk_buff_head sk_receive_queue;
};

struct socket {
    struct sock *sk;
};

struct fs_struct {
    struct path root, pwd;
};

struct mm_struct {
    unsigned long start_code, end_code, start_stack, arg_start, arg_end, mmap_base;
    unsigned long flags; /* before 6.18 */
    struct user_namespace *user_ns;
    atomic64_t pinned_vm; /* pages */
    unsigned long saved_auxv[1];
    struct file *exe_file;
};
typedef struct {
    unsigned long __mm_flags[1];
} mm_flags_t;
struct mm_struct___6_18 {
    mm_flags_t flags;
};

struct thread_struct {
    unsigned long fsbase; /* x86 only */
};

struct thread_info {
    unsigned long flags;
    u32 status; /* x86 only */
};

struct seccomp {
    int mode;
};

enum task_dumpable { TASK_DUMPABLE_OWNER = 1 };
struct task_exec_state { /* before Linux 7, these were in mm_struct */
    enum task_dumpable dumpable;
    struct user_namespace *user_ns;
};
struct task_struct {
    struct thread_info thread_info;
    void *stack;
    unsigned int flags;
    struct mm_struct *mm;
    struct thread_struct thread;
    unsigned long sas_ss_sp; /* the alternate stack of signal handlers */
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
    struct files_struct *files;
    struct nsproxy *nsproxy;
    struct signal_struct *signal;
    struct seccomp seccomp;
    struct bpf_local_storage *bpf_storage;
    struct hlist_node pid_links[4]; /* by PIDTYPE_* */
    struct task_exec_state *exec_state;
    struct css_set *cgroups;
    struct task_struct *real_parent;
    u64 start_boottime;
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
/* include/linux/err.h */
enum { MAX_ERRNO = 4095 };
/* include/linux/proc_ns.h */
enum { INITIAL_USER_NS = 0xeffffffd };
/* include/linux/mount.h */
enum { MNT_NOSUID = 0x1 };
/* include/uapi/linux/magic.h, fs/fuse/inode.c */
enum { FUSE_SUPER_MAGIC = 0x65735546 };
/* include/linux/sched/signal.h */
enum { SIGNAL_GROUP_EXIT = 0x4 };
enum { PIDTYPE_PID = 0, PIDTYPE_TGID = 1, PIDTYPE_PGID = 2 };
/* include/uapi/linux/magic.h, include/linux/proc_fs.h */
enum { PROC_SUPER_MAGIC = 0x9fa0, PID_FS_MAGIC = 0x50494446, PROC_ROOT_INO = 1 };

#endif
