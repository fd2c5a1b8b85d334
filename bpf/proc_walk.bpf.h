/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of following a path in /proc (proc_path.bpf.h), and which entries there compare.
 */
#ifndef CAPREC_PROC_WALK_BPF_H
#define CAPREC_PROC_WALK_BPF_H

#include "event.h"
#include "kernel_types.h"
#include "state.bpf.h"

#include <bpf/bpf_helpers.h>

enum { PROC_DEPTH = 6, MAX_MOUNTS = 1024, AT_FDCWD_NUMBER = -100 };

enum proc_place {
    PLACE_ELSEWHERE,
    PLACE_ROOT,    /* the calling process's root */
    PLACE_PROC,    /* the top of a procfs */
    PLACE_TREE,    /* below that, in a part that belongs to no process: /proc/sys */
    PLACE_PROCESS, /* /proc/PID, /proc/PID/task/TID */
    PLACE_TASKS,   /* /proc/PID/task */
    PLACE_ENTRY,   /* an entry in these, and below */
    PLACE_CHAIN,   /* on the way to the mount point of another procfs, or beside it */
};

/* Names, as little-endian words. */
enum { WORD_SELF = 0x666c6573, WORD_TASK = 0x6b736174, WORD_ROOT = 0x746f6f72 };
enum { WORD_CWD = 0x647763, WORD_FD = 0x6466, WORD_NET = 0x74656e };
#define WORD_THREAD_S 0x732d646165726874ULL /* "thread-s" */
#define WORD_DEV_FD 0x2f64662f7665642fULL   /* "/dev/fd/" */

struct proc_walk {
    u32 place;      /* enum proc_place */
    u32 depth;      /* PLACE_ENTRY, PLACE_TREE: 1 for the entry itself; PLACE_ELSEWHERE: below the root, 0 when not
                       known */
    u32 chain;      /* PLACE_CHAIN: distance to that procfs from the last directory on the way; depth: below that */
    u32 root_chain; /* likewise, for the calling process's root */
    u32 by_chain;   /* the path came into a procfs by the chain, `inside` components ago */
    u32 inside;
    u32 hides;          /* whoever may not trace a process sees nothing of it in this procfs */
    u32 anywhere;       /* it is not known where each procfs is */
    u32 in_tasks;       /* PLACE_PROCESS: it is /proc/PID/task/TID */
    u32 number;         /* the process's number, */
    u32 numbering;      /* enum pid_numbering */
    u32 proc_numbering; /* that of the procfs */
    u32 own;            /* it is the calling process itself */
    u32 entry_flags;
    u32 found;      /* a link of another process was followed */
    u32 slash;      /* the last component had one behind it */
    u32 others;     /* it led through, or to, the directory of another process */
    u64 from;       /* address in the calling process's memory of the beginning of `path` */
    u64 at, length; /* place in the path; length of the component so far */
    u64 word[2];    /* the component */
    char entry[EV_ENTRY_BYTES];
    u64 mounts, wanted, mount; /* for the search for a mount */
    u64 space, other;          /* mount namespace; index in its proc_mounts */
    u64 mnt, dentry;           /* for the way up to the chain */
    u64 at_fd, fd;             /* where the path starts */
    char path[EV_OBJECT_BYTES + 1];
};

/* The path that is being followed. It is in a map, so that the functions below can be verified once each. */
SCRATCH(proc_walk, struct proc_walk)

/* The entries that compare, by name (recorder/traits.cpp). */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, char[EV_ENTRY_BYTES]);
    __type(value, u32);
} proc_entries SEC(".maps");

static __always_inline u32 entry_flags_of(const char *name)
{
    u32 *flags = bpf_map_lookup_elem(&proc_entries, name);
    return flags ? *flags : 0;
}

#endif
