/* SPDX-License-Identifier: GPL-2.0-or-later OR Apache-2.0 */
/* Limits, and what the headers between the kernel side and the user side are written with; see event.h. */
#ifndef CAPREC_WIRE_H
#define CAPREC_WIRE_H

#include <linux/types.h>

#ifdef __cplusplus
#define EV_ASSERT_SIZE(type, bytes) static_assert(sizeof(struct type) == (bytes), #type)
#else
#define EV_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type)
#endif

enum {
    EV_COMM_BYTES = 16,
    EV_ARGV_BYTES = 4096, /* argv beyond it is cut; its true length is sent */
    EV_PATH_BYTES = 4096,
    EV_NAME_BYTES = 256,   /* exec: path as given, and the script's interpreter */
    EV_OBJECT_BYTES = 255, /* bytes kept of a path or a socket address */
    EV_GROUPS = 64,        /* supplementary groups sent with a credential */
    EV_STACK_FRAMES = 64,
    EV_SNAPSHOT_BYTES = 32768, /* bytes kept of a user stack */
    EV_USER_FRAMES = 127,      /* frames of a walk along frame pointers */
    EV_CALL_KINDS = 8,         /* kinds of check that are kept apart in one syscall */
    EV_QUICK_KINDS = 16384,    /* kinds of a recording of kinds that are found the short way */
    EV_KNOWN_CALLS = 65536,    /* different calls of a recording of kinds */
    EV_FIRST_OUTCOMES = 6,     /* different results kept with a first-seen row */
    EV_TALLY = 64,             /* a thread's hits on one first-seen row before it hands them in */
    EV_SYSCALLS = 1024,        /* numbers with traits, in each ABI */
    EV_MARKS = 8192,           /* moments of 2^EV_MARK_SHIFT ns in which followed tasks mapped code: 8.6 s */
    EV_MARK_SHIFT = 20,
    EV_KIND_FACTORS = 13,   /* random multipliers for the kinds of checks */
    EV_ENTRY_BYTES = 16,    /* room for a name in /proc/PID, with its NUL */
    EV_CGROUP_BYTES = 2048, /* bytes of a cgroup's path; a longer one is left out */
    /* entries of the maps of contents; the user side makes them larger for a larger ring, which names more contents */
    EV_CREDS = 16384,
    EV_STACKS = 32768,
    EV_OBJECTS = 65536,
};

#endif
