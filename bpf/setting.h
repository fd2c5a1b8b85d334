/* SPDX-License-Identifier: GPL-2.0-or-later OR Apache-2.0 */
/* What the recorder tells the kernel side; see event.h. */
#ifndef CAPREC_SETTING_H
#define CAPREC_SETTING_H

#include "wire.h"

/* The traits of a syscall number: what it can do, and which argument is its object. */
enum ev_trait_flags {
    EV_TRAIT_CHANGES_CREDS = 1,
    EV_TRAIT_CREATES_TASK = 2,
    EV_TRAIT_MAPS = 4,           /* it can map memory; argument 2 has the protection */
    EV_TRAIT_SENDS_BUFFER = 8,   /* argument 0 is a descriptor, argument 1 the data written to it */
    EV_TRAIT_SENDS_MESSAGE = 16, /* argument 1 is a struct msghdr */
    EV_TRAIT_PINS_MEMORY = 32,
    EV_TRAIT_SENDS_SEVERAL = 128,  /* argument 1 is a list of buffers, or of messages, argument 2 its length */
    EV_TRAIT_CAPABILITY_SETS = 64, /* for prctl, only when adding to the ambient set was refused */
};

/* The registers that are arguments of a call, a bit for each; and which of them are 32-bit numbers or flags, or
 * sizes. */
struct ev_argument_set {
    __u8 all, numbers, sizes, reserved;
};
EV_ASSERT_SIZE(ev_argument_set, 4);

/* ev_syscall_traits.varies: the place of the command word that may have an ev_argument_set of its own, or of the
 * mode that is an argument only when a file is created; 0: the arguments are always the same. */
/* Programs that may interrupt one another while they put together what is found, and what has been mapped: a place for
 * each, where there is something to find. */
enum { EV_USERS = 5, EV_MAPPING_USERS = 2 };

/* Processes that are not followed though they are in what is: alone, or with all that they start from now on. */
enum ev_left_out { EV_LEFT_OUT = 1, EV_LEFT_OUT_WITH_CHILDREN = 2 };

/* What is followed besides what it starts. */
enum ev_scope { EV_SCOPE_COMMAND = 0, EV_SCOPE_PROCESSES = 1, EV_SCOPE_CGROUP = 2, EV_SCOPE_MACHINE = 3 };

enum ev_varies { EV_VARIES_PLACE = 0x7, EV_VARIES_WITH_COMMAND = 0x10, EV_VARIES_WITH_CREATION = 0x20 };

/* The way in which a syscall names the process whose capability sets are compared. */
enum ev_target {
    EV_TARGET_NONE = 0,
    EV_TARGET_TASK = 1,     /* a task's number; 0: the calling one */
    EV_TARGET_ATTACHED = 2, /* ptrace: by number, when it attaches */
    EV_TARGET_PIDFD = 3,
    EV_TARGET_PIDFD_IOCTL = 4, /* ... when the ioctl is one for pidfds */
    EV_TARGET_PRIORITY = 5,    /* argument 0 says what kind of number: PRIO_PROCESS, PRIO_PGRP, PRIO_USER */
    EV_TARGET_IOPRIO = 6,      /* likewise, counted from 1 */
    EV_TARGET_PATH = 7,        /* in /proc, from the working directory */
    EV_TARGET_PATH_AT = 8,     /* ... from the directory in the argument before */
    EV_TARGET_TWO_TASKS = 9,   /* kcmp: arguments 0 and 1, by number */
    EV_TARGET_SOCKET = 10,     /* the path of an AF_UNIX address */
    EV_TARGET_MESSAGE = 11,    /* ... that a struct msghdr names */
};
/* Whether a link at the end of a path is followed, or read. */
enum ev_follows {
    EV_FOLLOWS = 0,
    EV_FOLLOWS_NOT = 1,
    EV_FOLLOWS_BY_AT_FLAG = 2,
    EV_FOLLOWS_WHEN_ASKED = 3, /* AT_SYMLINK_FOLLOW */
    EV_FOLLOWS_BY_OPEN_FLAG = 4,
    EV_OPENS = 5,
    EV_ENTERS = 6,          /* followed; the call asks whether the process may enter the directory */
    EV_TESTS = 7,           /* followed; the call asks for the permission in flags_argument */
    EV_TESTS_BY_AT_FLAG = 8 /* the same, with the permission in the argument before flags_argument */
};

struct ev_syscall_traits {
    __u8 flags;           /* enum ev_trait_flags */
    __u8 object_kind;     /* enum ev_object_kind */
    __u8 object_argument; /* 0-5 */
    __u8 length_argument; /* socket address: the argument with its length; command: 4 or 8, its bytes */
    struct ev_argument_set arguments;
    __u8 varies;          /* enum ev_varies */
    __u8 target;          /* enum ev_target */
    __u8 target_argument; /* 0-5 */
    __u8 compares;        /* enum ev_comparison_kind */
    __u8 follows;         /* enum ev_follows, for a path, */
    __u8 flags_argument;  /* and the argument whose flags say so */
    __u8 kind_arguments;  /* arguments 2-5 that tell kinds of check apart, a bit each: flags, modes, options */
    __u8 second_path;     /* the argument with another path, named as the first one is; 0: none */
};
EV_ASSERT_SIZE(ev_syscall_traits, 16);

/* Uses of an entry of /proc/PID that the kernel allows only to a process that may trace PID. */
enum ev_entry_flags {
    EV_ENTRY_FILE = 1,   /* opening or reading it */
    EV_ENTRY_LINK = 2,   /* following or reading it */
    EV_ENTRY_LINKS = 4,  /* a directory of such links */
    EV_ENTRY_INSIDE = 8, /* a directory: using its contents */
    EV_ENTRY_GATE = 16,  /* ... and entering or reading it */
};

enum { EV_SYMBOL_BATCH = 64, EV_SYMBOL_BYTES = 192 }; /* names asked for at once, and bytes of room for each */

/* How the recorder makes itself a followed task, while it tests its hooks and forks the command: the beginning of
 * a value in the tasks map; the rest is zero. */
enum { EV_RECORDER_THREAD = 1, EV_COMMAND_PROCESS = 2, EV_TASK_RECORDER = 1 }; /* the first ids */
struct ev_task_seed {
    __u64 thread, process; /* EV_RECORDER_THREAD */
    __u32 flags;           /* EV_TASK_RECORDER */
    __u32 reserved;
};
EV_ASSERT_SIZE(ev_task_seed, 24);

#endif
