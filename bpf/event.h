/* SPDX-License-Identifier: GPL-2.0-or-later OR Apache-2.0 */
/*
 * The data between the kernel side and the user side: ring-buffer records and map values, and with them the settings
 * (setting.h).  User space includes this header, and no other of this folder but those that it includes.  It compiles
 * as BPF C, C11 and C++20; every size is asserted, padding is explicit, all integers are in host byte order.
 *
 * The records never reach a file as they are (see recorder/encoder.h), so they may change freely.
 */
#ifndef CAPREC_EVENT_H
#define CAPREC_EVENT_H

#include "setting.h"
#include "wire.h"

/* --- ring-buffer records ----------------------------------------------------------------------- */

enum ev_type {
    EV_CHECK = 1,
    EV_OUTCOME = 2,
    EV_CRED_CHANGE = 3,
    EV_TASK = 4,
    EV_EXEC = 5,
    EV_EXIT = 6,
    EV_RENAME = 7,
    EV_USER_STACK = 8,
    EV_REFUSAL = 9,
    EV_CAPABILITY_REQUEST = 10,
    EV_COMPARISON = 11,
    EV_MAPPING = 12,
    EV_PLACE = 13,
    EV_KNOWN_CHECKS = 14,
};

struct ev_header {
    __u32 type; /* enum ev_type */
    __u32 reserved;
    __u64 time;   /* ns, CLOCK_MONOTONIC; 0 in outcomes: the clock costs more than all the rest of them */
    __u64 thread; /* our 64-bit id for the thread; never reused, kept through exec */
};
EV_ASSERT_SIZE(ev_header, 24);

enum ev_abi { EV_ABI_NONE = 0, EV_ABI_X86_64 = 1, EV_ABI_I386 = 2, EV_ABI_X32 = 3, EV_ABI_ARM64 = 4, EV_ABI_ARM = 5 };

enum ev_context { EV_CONTEXT_TASK = 0, EV_CONTEXT_SOFTIRQ = 1, EV_CONTEXT_HARDIRQ = 2, EV_CONTEXT_INTERRUPT = 3 };

/* The values of schema/trace.capnp's checkFlag constants; recorder/encoder.cpp asserts that they agree. */
enum ev_check_flags {
    EV_CHECK_REAL_CRED = 0x1,
    EV_CHECK_CURRENT_CRED = 0x2,
    EV_CHECK_KTHREAD = 0x4,
    EV_CHECK_IO_WORKER = 0x8,
    EV_CHECK_BEFORE_EXEC = 0x10,
    EV_CHECK_WALKED = 0x20,
    EV_CHECK_STACK_LOST = 0x40,
    EV_CHECK_OBJECT_WITHHELD = 0x80,
    EV_CHECK_OBJECT_UNREADABLE = 0x100,
    EV_CHECK_NEWBORN = 0x200,
    EV_CHECK_EXITING = 0x400,
    EV_CHECK_USER_STACK_LOST = 0x800,
    EV_CHECK_USER_STACK_WITHHELD = 0x1000,
    EV_CHECK_IN_EXEC = 0x2000,
    EV_CHECK_COMPAT_TASK = 0x4000,
    EV_CHECK_ARGUMENTS_WITHHELD = 0x8000,
    EV_CHECK_SITE_UNKNOWN = 0x10000,
    EV_CHECK_CRED_OF_RUN = 0x20000,
    EV_CHECK_CRED_UNSURE = 0x40000,
};

struct ev_user_ns {
    __u32 inode;
    __u32 level; /* 0: the initial one */
    __u32 owner; /* uid in the initial namespace's numbers */
    __u32 reserved;
};
EV_ASSERT_SIZE(ev_user_ns, 16);

struct ev_check {
    struct ev_header header;
    __u64 args[6];
    __u64 syscall_sequence; /* the thread's syscalls, counted at their exits */
    __u64 cred;             /* key of the creds map; 0: its content was lost */
    __u64 stack;            /* key of the stacks map; 0: not walked or lost */
    __u64 object;           /* key of the objects map; 0: none */
    __u64 key;              /* see ev_first_seen */
    struct ev_user_ns target_ns;
    __s32 result;
    __u32 flags;   /* enum ev_check_flags */
    __u32 options; /* cap_capable's opts + 1; 0: unknown */
    __s32 syscall;
    __u8 capability;
    __u8 abi;        /* enum ev_abi */
    __u8 context;    /* enum ev_context */
    __u8 user_stack; /* 1: an ev_user_stack with this thread and time came before */
    __u8 reserved[4];
};
EV_ASSERT_SIZE(ev_check, 152);

/* The user stack at a check that follows, with the same thread and time; records of others may come between.
 * Followed by `bytes` bytes: the stack from the stack pointer, rounded down to 8, up; or the frames, innermost
 * first, 8 bytes each.  Raw memory of the traced program: it must not leave the recorder as it is. */
enum ev_user_stack_kind { EV_STACK_SNAPSHOT = 1, EV_STACK_FRAME_POINTERS = 2 };
/* The values of schema/trace.capnp's userStack constants; recorder/user_stacks.cpp asserts that they agree. */
enum ev_user_stack_flags { EV_STACK_CUT = 1, EV_STACK_UNREADABLE = 2, EV_STACK_ALTERNATE = 4 };

#if defined(__TARGET_ARCH_x86) || defined(__x86_64__)
enum { EV_REGISTERS = 17, EV_REGISTER_SP = 7, EV_REGISTER_IP = 16 };
#else
enum { EV_REGISTERS = 33, EV_REGISTER_SP = 31, EV_REGISTER_IP = 32 };
#endif

struct ev_user_stack {
    struct ev_header header;
    __u64 process;
    __u64 registers[EV_REGISTERS]; /* by DWARF number */
    __u32 kind;                    /* enum ev_user_stack_kind */
    __u32 flags;                   /* enum ev_user_stack_flags */
    __u64 bytes;
};
EV_ASSERT_SIZE(ev_user_stack, 48 + 8 * EV_REGISTERS);

struct ev_outcome {
    struct ev_header header;
    __u64 syscall_sequence;
    __s64 value; /* return value, -errno on failure */
    __s32 syscall;
    __u32 abi;
    __u32 acknowledgement; /* enum ev_acknowledgement; 0: none, or not known */
    __u32 reserved;
};
EV_ASSERT_SIZE(ev_outcome, 56);

/* The answer of netlink to the request that a syscall sent, given while it was being sent: 1 + errno, 1 for
 * success.  The values of schema/trace.capnp's acknowledgement constants; recorder/encoder.cpp asserts that they
 * agree. */
enum ev_acknowledgement {
    EV_ACK_CODE = 0xffff,
    EV_ACK_NAMES_NOTHING = 0x10000,
    /* This is not an answer: the call pinned memory beyond RLIMIT_MEMLOCK, or was refused for want of CAP_IPC_LOCK. */
    EV_ACK_BEYOND_MEMLOCK = 0x20000,
};

/* Checks of kinds that are known, in a call that is new as a whole: the rows of first_seen that they are in, in the
 * order of their first times in the call.  What only that call had is here.  Only with a recording of kinds. */
struct ev_known_checks {
    struct ev_header header;
    __u64 syscall_sequence;
    __u64 object;               /* key of the objects map; 0: none */
    __u32 flags;                /* enum ev_check_flags, those about the object */
    __u32 count;                /* of slots */
    __u32 slots[EV_CALL_KINDS]; /* 1 + places in first_seen */
};
EV_ASSERT_SIZE(ev_known_checks, 80);

struct ev_cred_change {
    struct ev_header header;
    __u64 syscall_sequence;
    __u64 before, after; /* keys of the creds map */
    __s32 syscall;
    __u32 abi;
};
EV_ASSERT_SIZE(ev_cred_change, 56);

/* The values of schema/trace.capnp's capabilityRequest constants; recorder/encoder.cpp asserts that they agree. */
enum ev_request_flags { EV_REQUEST_HAS_DATA = 1, EV_REQUEST_UNREADABLE = 2, EV_REQUEST_WITHHELD = 4 };

/* At the exit of capset and capget. */
struct ev_capability_request {
    struct ev_header header;
    __u64 syscall_sequence;
    __u64 effective, permitted, inheritable; /* as in the calling process's memory at that time */
    __s64 value;                             /* return value, -errno on failure */
    __s32 syscall;
    __u32 abi;
    __u32 version; /* as given */
    __s32 target;  /* thread, in the calling process's PID namespace; 0: itself */
    __u32 flags;   /* enum ev_request_flags */
    __u32 reserved;
};
EV_ASSERT_SIZE(ev_capability_request, 88);

enum ev_task_kind { EV_PROCESS = 0, EV_THREAD = 1, EV_IO_WORKER = 2 };
/* The values of schema/trace.capnp's taskFlag constants; recorder/wire_agreement.cpp asserts that they agree. */
enum ev_task_flag { EV_TASK_THERE_BEFORE = 1 };

struct ev_task {
    struct ev_header header; /* .thread: the new one */
    __u64 creator;           /* thread; 0: the command itself, started by the recorder */
    __u64 creator_process;   /* the creator's process */
    __u64 process;           /* equal to the id of the process's first thread */
    __u64 clone_flags;
    __u64 cred;
    __u32 kind;                        /* enum ev_task_kind */
    __u32 tgid, tid;                   /* initial PID namespace */
    __u32 recorder_tgid, recorder_tid; /* the recorder's PID namespace */
    __u32 own_tgid, own_tid;           /* the task's own */
    __u32 flags;                       /* enum ev_task_flag */
    char comm[EV_COMM_BYTES];
    /* of one that was there before */
    __u64 start_time;  /* ns, boot time */
    __u32 parent_tgid; /* in the recorder's PID namespace */
    __u32 reserved;
};
EV_ASSERT_SIZE(ev_task, 128);

/* Where a process lives: sent with its first event where that differs from its creator's, and when it changes.
 * Followed by the components of the cgroup's path with their NULs, the last one first. */
#define EV_PATH_TOO_LONG 0xffffffffu
struct ev_place {
    struct ev_header header;
    __u64 process;
    __u64 cgroup; /* the kernel's number */
    __u32 pid_ns, net_ns, mount_ns;
    __u32 path_bytes; /* EV_PATH_TOO_LONG: there is none */
};
EV_ASSERT_SIZE(ev_place, 56);

/* The values of schema/event_rows.h's ExecFlag; recorder/encoder.cpp asserts that they agree. */
enum ev_exec_flags {
    EV_EXEC_SECURE = 1,
    EV_EXEC_PATH_CUT = 2,
    EV_EXEC_PATH_UNREACHABLE = 4,
    EV_EXEC_PLACED = 8,          /* the flags below, the mount namespace and the owner are known */
    EV_EXEC_FILE_POWERLESS = 16, /* set-id bits and capabilities of the file do not count on its mount */
    EV_EXEC_OTHER_ROOT = 32,     /* the process's root is neither the command's nor its mount namespace's own */
    EV_EXEC_OTHER_MOUNTS = 64,   /* its mount namespace, or that of the file's mount, is not the command's first one */
    EV_EXEC_WITHHELD = 128,
    EV_EXEC_THERE_BEFORE = 256,   /* no exec: the program of a process that was there before */
    EV_EXEC_SERVED_BY_USER = 512, /* the image's file system is FUSE: whoever looks at the file waits for a program */
};

/* Followed by given_bytes + interpreter_bytes + path_bytes + outer_bytes + argv_bytes of text, in this order.  given
 * and interpreter end with NUL.  path is the resolved path's components from the last to the first, each with its
 * NUL and no slash, as the process's root has it; outer goes on from there to the root of its mount namespace.  argv
 * is as in memory: strings with their NULs. */
struct ev_exec {
    struct ev_header header;
    __u64 process;
    __u64 before, after; /* keys of the creds map */
    __u64 inode;
    __u64 ctime;       /* ns since the epoch */
    __u64 argv_length; /* true length */
    __u32 device;      /* major << 20 | minor */
    __u32 flags;       /* enum ev_exec_flags */
    __u32 given_bytes, interpreter_bytes, path_bytes, outer_bytes, argv_bytes;
    __u32 mount_ns; /* inode number */
    __u32 uid, gid; /* the file's, in the initial namespace's numbers */
    __u32 mode;     /* st_mode; 0: withheld */
    __u32 reserved;
};
EV_ASSERT_SIZE(ev_exec, 120);

#define EV_STATUS_WITHHELD 0xffffffffu /* for processes, other than the command, that the caller may not look at */

struct ev_exit {
    struct ev_header header;
    __u64 process;
    __u32 status; /* as wait(2) encodes it; the group's when last is 1; or EV_STATUS_WITHHELD */
    __u32 last;   /* 1: no thread of its process is left; two that exit together may both say so */
};
EV_ASSERT_SIZE(ev_exit, 40);

struct ev_rename {
    struct ev_header header;
    char comm[EV_COMM_BYTES];
};
EV_ASSERT_SIZE(ev_rename, 40);

/* The kernel compares the capability sets of the calling task and of another one, without a check where the first
 * has all that the second has.  The record is sent at the exit of a syscall that does so, or in which a check was
 * made and which was about a process's files in /proc. */
enum ev_comparison_kind {
    EV_COMPARE_NONE = 0, /* no comparison: the record only tells whose files these are */
    EV_COMPARE_FILE = 1, /* PTRACE_MODE_FSCREDS: the effective set of the calling process, ids of the file system */
    EV_COMPARE_REAL = 2, /* PTRACE_MODE_REALCREDS: the permitted set, real ids */
    EV_COMPARE_NICE = 3, /* cap_safe_nice: the permitted set, whatever the ids */
};
/* The values of schema/trace.capnp's comparison constants; recorder/encoder.cpp asserts that they agree. */
enum ev_comparison_flags {
    EV_COMPARISON_OWN = 1,     /* the calling process itself */
    EV_COMPARISON_BY_NAME = 2, /* the owner of the files was found by the path as it was given */
    EV_COMPARISON_MANY = 4,    /* several processes, which were not looked at one by one */
};
struct ev_comparison {
    struct ev_header header;
    __u64 syscall_sequence;
    __s64 value;             /* return value, -errno on failure */
    __u64 cred, target_cred; /* keys of the creds map; 0: not known */
    __u64 target_process;    /* our id for it; 0: it is not followed */
    __u64 object;            /* key of the objects map; 0: none */
    __s32 syscall;
    __u32 abi;
    __u32 kind;        /* enum ev_comparison_kind */
    __u32 flags;       /* enum ev_comparison_flags */
    __u32 target_tgid; /* in the recorder's PID namespace; 0: not known */
    __u32 reserved;
    char entry[EV_ENTRY_BYTES]; /* name in /proc/PID: "exe" */
    char comm[EV_COMM_BYTES];   /* the target's */
};
EV_ASSERT_SIZE(ev_comparison, 128);

/* A syscall that ended in EPERM or EACCES though no check was denied in it.  The first of each kind is sent, and is
 * also a value of the refusals map.  A kind is a hash of image, syscall, errno, flags, credential and object. */
/* The values of schema/trace.capnp's refusal constants; recorder/encoder.cpp asserts that they agree. */
enum ev_refusal_flags {
    EV_REFUSAL_CHECKED = 1,  /* a check was made in it, and granted */
    EV_REFUSAL_FILTERED = 2, /* the task has a seccomp filter */
    EV_REFUSAL_STRICT = 4,   /* ... or is in seccomp's strict mode */
    EV_REFUSAL_LAST = 8,     /* set by the recorder: the row tells how many there were */
};
struct ev_refusal {
    struct ev_header header;
    __u64 syscall_sequence;
    __u64 cred;   /* key of the creds map */
    __u64 object; /* key of the objects map; 0: none */
    __u64 key;
    __u64 times;
    __s32 syscall;
    __u32 abi;
    __u32 error; /* errno */
    __u32 flags; /* enum ev_refusal_flags */
};
EV_ASSERT_SIZE(ev_refusal, 80);

/* Executable memory was mapped.  This is sent only when perf does not tell of it.  The name follows: the components
 * of the file's path with their NULs, the last one first, or the kernel's name for memory without a file. */
enum ev_mapping_flags {
    EV_MAPPING_FIRST = 1, /* the first one of a new program: earlier mappings are gone */
    EV_MAPPING_FILE = 2,
    EV_MAPPING_SERVED_BY_USER = 4, /* as EV_EXEC_SERVED_BY_USER */
    EV_MAPPING_PATH_CUT = 8,       /* the path was too long: there is none */
};
struct ev_mapping {
    struct ev_header header;
    __u64 process;
    __u64 start, length, file_offset; /* bytes */
    __u64 inode;
    __u32 device;
    __u32 flags; /* enum ev_mapping_flags */
    __u32 name_bytes;
    __u32 reserved;
};
EV_ASSERT_SIZE(ev_mapping, 80);

/* --- content maps: a record carries the key, the content is read once ---------------------------- */

struct ev_cred {
    __u32 uid, gid, suid, sgid, euid, egid, fsuid, fsgid;
    __u64 inheritable, permitted, effective, bounding, ambient;
    struct ev_user_ns ns;
    __u64 group_hash;
    __u32 group_count;
    __u32 securebits;
    __u32 no_new_privs;
    __u32 reserved;
    __u32 groups[EV_GROUPS]; /* the first group_count of them */
};
EV_ASSERT_SIZE(ev_cred, 368);

struct ev_stack {
    __u32 depth; /* frames; EV_STACK_FRAMES: there may be more */
    __u32 reserved;
    __u64 frames[EV_STACK_FRAMES]; /* return addresses, innermost first */
};
EV_ASSERT_SIZE(ev_stack, 520);

enum ev_object_kind { EV_OBJECT_NONE = 0, EV_OBJECT_PATH = 1, EV_OBJECT_SOCKET_ADDRESS = 2, EV_OBJECT_COMMAND = 3 };

struct ev_object {
    __u32 kind;   /* enum ev_object_kind */
    __u16 length; /* bytes used */
    __u8 truncated;
    __u8 reserved;
    char bytes[EV_OBJECT_BYTES + 1];
};
EV_ASSERT_SIZE(ev_object, 264);

/* The first check of its kind, whole, and the results of its syscalls.  A kind is a hash, seeded for each run,
 * of image, capability, result, syscall, arguments 0-1 and those that ev_syscall_traits names without addresses, user
 * ip relative to its mapping, kernel stack, target namespace and credential; ev_check.key adds the depth of the user
 * stack. */
struct ev_first_seen {
    struct ev_check check; /* check.key 0: the row is being written */
    __u64 kind;            /* 0: the row is free */
    /* Each thread adds its hits in batches of up to EV_TALLY and at its exit: hits that threads still alive have not
     * added are missing here. */
    __u64 hits;
    /* The results of the first eight checks in a syscall; a result beyond the slots is only in the events. */
    __u64 outcome_code[EV_FIRST_OUTCOMES]; /* 1 for success, 1 + errno; 0: the slot is free */
    __u64 outcome_hits[EV_FIRST_OUTCOMES];
    __u64 usual; /* hits that are in neither of these, each with the first outcome: one number for both */
};
EV_ASSERT_SIZE(ev_first_seen, 272);

/* --- counters, one set a CPU ---------------------------------------------------------------------- */

struct ev_counters {
    __u64 checks_made;
    __u64 known_checks; /* of a kind that was told before, and so only counted */
    __u64 lost_checks, lost_outcomes, lost_processes, lost_creds, lost_stacks, lost_objects, lost_first_seen;
    __u64 outcomes_made;
    __u64 withheld_objects;
    __u64 tasks_followed;
    __u64 lost_user_stacks, withheld_user_stacks;
    __u64 look_second, looks;      /* private to should_look(): the second, and the number of looks in it */
    __u64 path_second, path_walks; /* likewise to may_walk() */
    __u64 ring_credits;            /* likewise to detail_waiting() */
    __u64 lost_comparisons, lost_refusals, lost_mappings;
};
EV_ASSERT_SIZE(ev_counters, 176);

#endif
