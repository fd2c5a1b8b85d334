/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state that the hooks share: settings, the state of each followed task, the ring buffer, the content maps and the
 * counters.
 */
#ifndef CAPREC_STATE_BPF_H
#define CAPREC_STATE_BPF_H

#include "event.h"
#include "kernel_types.h"
#include "plain.bpf.h"

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

/* --- settings, fixed before loading (the user side sets them in the skeleton's rodata) --- */

const volatile __u64 hash_seed SEC(".rodata") = 0;                      /* keys cannot be made to collide */
const volatile __u64 kind_factors[EV_KIND_FACTORS] SEC(".rodata") = {}; /* odd ones; likewise */
const volatile __u64 check_share SEC(".rodata") = 0;                    /* bytes of the ring that checks may fill */
const volatile __u64 wake_share SEC(".rodata") = 0;                     /* above this, the reader is woken; bytes */
const volatile __u64 ring_credits SEC(".rodata") = 0; /* details that a CPU sends without a look at the ring */
const volatile __u8 walk_every_stack SEC(".rodata") = 0;
const volatile __u8 withhold_secure SEC(".rodata") = 0;
const volatile __u8 user_stack_kind SEC(".rodata") = 0; /* enum ev_user_stack_kind; 0: none */
const volatile __u8 page_shift SEC(".rodata") = 12;
const volatile __u64 user_stack_share SEC(".rodata") = 0; /* bytes of the ring that user stacks may fill */
const volatile __u8 scope SEC(".rodata") = 0;             /* enum ev_scope */
const volatile __u8 only_kinds SEC(".rodata") = 0;        /* what is known is counted, and not sent again */
const volatile __u64 scope_cgroup SEC(".rodata") = 0;     /* the kernel's number */

/* Whether others are followed than what the recorder starts.  The light programs, which a command is recorded with,
 * have no code for them. */
#ifdef CAPREC_LIGHT
#define HAS_SCOPE false
#define ONLY_KINDS false
#else
#define HAS_SCOPE (scope != EV_SCOPE_COMMAND)
#define ONLY_KINDS only_kinds
#endif

/* --- shared with user space while running --- */

__u64 next_thread = 0;  /* the last 64-bit id given */
__s64 live_tasks = 0;   /* followed and not yet exited */
__u64 creds_put_in = 0; /* contents that were put into the map */
__u64 stacks_put_in = 0;
__u64 objects_put_in = 0;
__u64 mapping_marks[EV_MARKS] = {}; /* for each moment in which a followed task mapped code, its number at its place */
__u32 reader_is_awake = 0;          /* set when a wakeup is sent, cleared by the reader before it reads */
__u32 reader_is_wanted = 0;         /* many contents were put in: it takes them out before there is no room */
__u32 recorder_pid_level = 0;       /* level of the recorder's PID namespace; 0: the initial one */
/* How often a search for tasks that are there already was asked for, and how often one has ended.  In between, a task
 * is also found by what it does. */
__u32 searches_wanted = 0, searches_done = 0;
__u32 is_preparing = 0; /* the search comes next: see make_room_for() */

/* --- where the command was started: addresses, for comparing --- */

__u64 recorder_pid_namespace = 0; /* of recorder_pid_level */
__u64 home_root_dentry = 0, home_root_mnt = 0, home_mount_ns = 0;

/* --- the state of a followed task --- */

enum { NO_SEARCH = -1 }; /* its mappings were told as they were made */

enum task_flags {
    TASK_RECORDER =
        EV_TASK_RECORDER,      /* the recorder itself: followed only for the self-test and the fork of the command */
    TASK_BEFORE_EXEC = 2,      /* the command's process before its exec */
    TASK_NEWBORN = 4,          /* has not yet returned from its parent's clone */
    TASK_WITHHELD = 8,         /* its program is one that the caller may not trace: see hidden.bpf.h */
    TASK_NAMELESS = 16,        /* ... and the caller did not choose its comm */
    TASK_RESULT_WITHHELD = 32, /* TASK_WITHHELD held at a check of the present syscall */
};

enum { PENDING_ROWS = EV_CALL_KINDS };

/* The real credential is known by its address: it is freed and its address used again only after this task has
 * changed its credentials twice, and the exit of each call that does so empties the cache.  Overriding ones come and
 * go within a call: they are known by a fingerprint of their contents. */
struct cred_cache {
    u64 mark; /* address or fingerprint; 0: empty */
    u64 key;
};

/* A thread's hits on one first-seen row that are not yet in the row.  Adding to a row is an atomic operation, which
 * waits for everything written before it; that is expensive in a loop that fills a ring buffer. */
struct tally {
    u64 kind;
    u64 code; /* the outcome that outcome_hits counts, as in struct ev_first_seen */
    u32 slot; /* 1 + the row's place; 0: none */
    u32 hits, outcome_hits;
    u32 reserved;
};

/* The arguments of cap_capable(), from its entry to its return; see hook_kprobe.bpf.c. */
struct asked {
    u64 cred; /* 0: nothing */
    u64 target_ns;
    u32 capability, options;
};

struct task_state { /* begins like struct ev_task_seed */
    u64 thread, process;
    u32 flags; /* enum task_flags */
    u32 slot_count;
    u64 image;     /* hash of device, inode and ctime of the executable */
    u64 cred;      /* key of the real credential, as last seen */
    u64 mm;        /* address of the memory that the registers belong to: execve takes a new one before it is done */
    u64 mapped_mm; /* likewise, where it mapped last; see mapping.bpf.c */
    struct cred_cache real, other;
    u64 syscall_sequence;
    u64 checked;             /* 1 + sequence of the last syscall with a check */
    u32 slots[PENDING_ROWS]; /* 1 + places in first_seen of the checks in that syscall */
    s32 checked_nr;
    u32 checked_abi;
    u32 path;  /* the last path, see call_path.bpf.h; 0: none */
    u32 skips; /* checks with skip_key that need not ask should_look() */
    u64 skip_key;
    struct tally tally;
    u64 told;     /* 1 + sequence of the last syscall that something was sent of, with a recording of kinds */
    u64 call;     /* hash of the kinds of check in the last syscall with a check, likewise */
    u64 denied;   /* 1 + sequence of the last syscall with a denied check */
    u64 compared; /* hash of the last comparison without a check */
    u64 spill;    /* for as_number() */
    u64 mounts, mounts_event; /* see proc_mounts.bpf.h: the mount namespace that was last looked at, */
    u32 other_procs;          /* and how many procfs were found in it */
    u32 reserved;
    struct asked asked, asked_aside;
    u64 place;         /* hash of what EV_PLACE tells */
    u64 cgroup;        /* the kernel's number, or a hash of the path, which a recording of kinds goes by: with a scope
                        * other than a command's, it is part of a check's kind */
    u32 taken;         /* somebody is taking this task in, or has */
    u32 mapped_search; /* number of the search that tells of what it had mapped; 0: none yet */
};
_Static_assert(__builtin_offsetof(struct task_state, flags) == __builtin_offsetof(struct ev_task_seed, flags), "seed");

/* The programs that may interrupt one another while they put the same thing together: each has a place of its own. */
enum user { BY_CHECK = 0, BY_SYSCALL = 1, BY_TASK = 2, BY_MOVE = 3, BY_SEARCH = 4 };
_Static_assert(BY_SEARCH + 1 == EV_USERS, "a place for each");

/* Defines such a place for each CPU and each user, and NAME_of(user), which finds it. */
#define SCRATCH_OF_USERS(name, content)                 \
    struct {                                            \
        __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);        \
        __uint(max_entries, EV_USERS);                  \
        __type(key, u32);                               \
        __type(value, content);                         \
    } name SEC(".maps");                                \
    static __always_inline content *name##_of(u32 user) \
    {                                                   \
        return bpf_map_lookup_elem(&name, &user);       \
    }

/* Defines a place to put something together, one for each CPU, and my_NAME(), which finds it. */
#define SCRATCH(name, content)                      \
    struct {                                        \
        __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);    \
        __uint(max_entries, 1);                     \
        __type(key, u32);                           \
        __type(value, content);                     \
    } name SEC(".maps");                            \
    static __always_inline content *my_##name(void) \
    {                                               \
        u32 zero = 0;                               \
        return bpf_map_lookup_elem(&name, &zero);   \
    }

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct task_state);
} tasks SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 16 << 20); /* the user side sets the real size */
} ring SEC(".maps");

SCRATCH(counters, struct ev_counters)

/* syscall traits: [abi * EV_SYSCALLS + number] */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 6 * EV_SYSCALLS);
    __type(key, u32);
    __type(value, struct ev_syscall_traits);
} traits SEC(".maps");

/* for calls whose arguments depend on a command word: abi << 56 | number << 32 | command */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4096);
    __type(key, u64);
    __type(value, struct ev_argument_set);
} argument_sets SEC(".maps");

/* perf_event_open(2)'s rings of mapping records; libbpf's reader wants a map for them */
struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __type(key, u32);
    __type(value, u32);
} mapping_rings SEC(".maps");

#define CONTENT_MAP(name, content, entries)   \
    struct {                                  \
        __uint(type, BPF_MAP_TYPE_HASH);      \
        __uint(map_flags, BPF_F_NO_PREALLOC); \
        __uint(max_entries, entries);         \
        __type(key, u64);                     \
        __type(value, content);               \
    } name SEC(".maps")

enum { WAKE_FOR_CONTENTS = 4096 };
CONTENT_MAP(creds, struct ev_cred, EV_CREDS);
CONTENT_MAP(stacks, struct ev_stack, EV_STACKS);
CONTENT_MAP(objects, struct ev_object, EV_OBJECTS);

enum { EEXIST_CODE = 17 };

/* an open-addressed table in an array: a hash map would cost more than the rest of a check */
enum { FIRST_SEEN_ROWS = 65536, FIRST_SEEN_PROBES = 16 };
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, FIRST_SEEN_ROWS);
    __type(key, u32);
    __type(value, struct ev_first_seen);
} first_seen SEC(".maps");

/* With this mark the recorder can tell whether lost records of mappings may have been a followed task's. */
static __always_inline void mark_mapping(u64 now)
{
    u64 moment = now >> EV_MARK_SHIFT;
    mapping_marks[moment & (EV_MARKS - 1)] = moment;
}

/* Puts a content into its map unless it is there.  False: there is no room.  put_in: the map's counter. */
static __always_inline bool keep_content(void *map, u64 key, const void *content, __u64 *put_in)
{
    if (bpf_map_lookup_elem(map, &key))
        return true;
    long refused = bpf_map_update_elem(map, &key, content, BPF_NOEXIST);
    if (!refused && __sync_fetch_and_add(put_in, 1) % WAKE_FOR_CONTENTS == WAKE_FOR_CONTENTS - 1)
        reader_is_wanted = 1;
    return !refused || refused == -EEXIST_CODE; /* another CPU was faster */
}

/* For counters that several programs add to: one may interrupt the other. */
#define COUNT_SHARED(field)                         \
    do {                                            \
        struct ev_counters *mine_ = my_counters();  \
        if (mine_)                                  \
            __sync_fetch_and_add(&mine_->field, 1); \
    } while (0)

/* The verifier does not allow arithmetic on pointers; one that went through a map's memory is a number. */
static __always_inline u64 as_number(const void *pointer, u64 *spill)
{
    *(const void *volatile *)spill = pointer;
    return *(volatile u64 *)spill;
}

/* Null: the task is not followed.  Most others have nothing stored with them at all, and are spared the search: each of
 * their syscalls comes by here. */
static __always_inline struct task_state *state_of(struct task_struct *task)
{
    if (!plain_task(task)->bpf_storage)
        return 0;
    struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);
    if (HAS_SCOPE && state && !*(volatile u64 *)&state->thread) /* it is being taken in at this moment */
        return 0;
    return state;
}

/* The address is only for comparing; 0: the task has no memory of its own. */
static __always_inline u64 address_of_mm(struct task_state *state, struct task_struct *task)
{
    return as_number(plain_task(task)->mm, &state->spill);
}

static __always_inline struct ev_syscall_traits *traits_of(u32 abi, s32 nr)
{
    u32 index = abi * EV_SYSCALLS + (u32)nr;
    if ((u32)nr >= EV_SYSCALLS)
        return 0;
    return bpf_map_lookup_elem(&traits, &index);
}

#endif
