/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds whose files in /proc a syscall was about.  For an opened file, the kernel's structures tell; for a link that
 * was read or followed (exe, root, fd/3), only the path does, which is followed here.  Links elsewhere into /proc are
 * not seen.
 */
#ifndef CAPREC_PROC_PATH_BPF_H
#define CAPREC_PROC_PATH_BPF_H

#include "loop.bpf.h"
#include "proc_start.bpf.h"

static __always_inline u32 as_pid(const char *text)
{
    u32 number = 0;
#pragma unroll
    for (u32 i = 0; i < 10; i++) {
        if (!text[i])
            break;
        if (text[i] < '0' || text[i] > '9')
            return 0;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

static __always_inline u32 own_number(struct task_struct *task, u32 numbering)
{
    return pid_number(BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]), numbering == NUMBERS_GLOBAL ? 0 : OWN_LEVEL);
}

/* This and go_to_process() are functions of their own for the sake of the stack: the functions that a program calls,
 * one in the other, have 512 bytes together; older kernels round each up to 32. */
static __noinline void go_up(struct proc_walk *walk)
{
    if (walk->by_chain && !walk->inside--) {
        walk->by_chain = walk->depth = 0;
        walk->place = PLACE_CHAIN;
        walk->chain = 1;
    } else if (walk->place == PLACE_CHAIN) {
        if (walk->depth)
            walk->depth--;
        else
            walk->chain += walk->chain < walk->root_chain;
    } else if (walk->place == PLACE_ENTRY) {
        walk->place = --walk->depth ? PLACE_ENTRY : PLACE_PROCESS;
    } else if (walk->place == PLACE_TREE) {
        walk->place = --walk->depth ? PLACE_TREE : PLACE_PROC;
    } else if (walk->place == PLACE_PROCESS) {
        walk->place = walk->in_tasks ? PLACE_TASKS : PLACE_PROC;
        walk->in_tasks = 0;
    } else if (walk->place == PLACE_TASKS) {
        walk->place = PLACE_PROCESS;
    } else if (walk->place == PLACE_PROC) {
        walk->place = PLACE_ROOT;
    } else if (walk->place == PLACE_ELSEWHERE && walk->depth && !--walk->depth) {
        walk->place = PLACE_ROOT;
    }
}

/* Goes through a link of the calling process itself; at a link of another process the walk ends. */
static __always_inline void pass_own_link(struct proc_walk *walk, struct task_struct *task, u64 name)
{
    u64 entry = *(u64 *)walk->entry;
    walk->by_chain = 0;
    if (entry == WORD_CWD) {
        start_at_cwd(walk, task);
    } else if (entry == WORD_FD) {
        start_at_fd(walk, as_pid((const char *)&name), task);
    } else {
        walk->place = entry == WORD_ROOT ? PLACE_ROOT : PLACE_ELSEWHERE;
        walk->depth = 0;
    }
}

/* Whether more of the path follows after the entry, so that a link is followed. */
static __always_inline bool passes_link(const struct proc_walk *walk)
{
    return (walk->entry_flags & EV_ENTRY_LINK && walk->depth == 1) ||
           (walk->entry_flags & EV_ENTRY_LINKS && walk->depth == 2) ||
           (walk->entry_flags & EV_ENTRY_INSIDE && walk->depth >= 1);
}

static __always_inline void enter_entry(struct proc_walk *walk)
{
    walk->place = PLACE_ENTRY;
    walk->depth = 1;
    __builtin_memcpy(walk->entry, walk->word, sizeof walk->entry);
    walk->entry_flags = entry_flags_of(walk->entry);
}

/* Goes from the top of a procfs to a process, or from /proc/PID/task to a thread, which stays in the process.  At the
 * top `net` is a link to self/net. */
static __noinline void go_to_process(struct proc_walk *walk, struct task_struct *task)
{
    bool from_top = walk->place != PLACE_TASKS;
    u64 word = walk->word[0];
    bool is_net = from_top && word == WORD_NET && !walk->word[1];
    if (from_top && (word == WORD_SELF || word == WORD_THREAD_S || is_net)) {
        walk->number = plain_task(task)->tgid;
        walk->numbering = NUMBERS_GLOBAL;
        walk->own = 1;
    } else {
        walk->number = as_pid((const char *)walk->word);
        walk->numbering = walk->proc_numbering;
        if (from_top)
            walk->own = walk->number == own_number(task, walk->numbering);
    }
    walk->in_tasks = !from_top || word == WORD_THREAD_S;
    if (walk->by_chain && from_top) /* self/net, PID/task/TID */
        walk->inside += is_net + 2 * (word == WORD_THREAD_S);
    walk->others |= walk->number && !walk->own;
    walk->place = walk->number ? PLACE_PROCESS : from_top ? PLACE_TREE : PLACE_ELSEWHERE;
    walk->depth = walk->place == PLACE_TREE;
    if (is_net)
        enter_entry(walk);
}

static __always_inline struct proc_mount *other_proc(struct proc_walk *walk)
{
    struct proc_mounts *all = bpf_map_lookup_elem(&proc_mounts, &walk->space);
    return all ? &all->mounts[walk->other & (OTHER_PROCS - 1)] : 0;
}

static __always_inline void go_down_chain(struct proc_walk *walk)
{
    struct proc_mount *mount = other_proc(walk);
    u64 next = walk->chain - 1;
    if (!mount || next >= PROC_CHAIN)
        return;
    const u64 *name = mount->chain[next & (PROC_CHAIN - 1)].name;
    if (walk->depth || name[0] != walk->word[0] || name[1] != walk->word[1]) {
        walk->depth++;
        return;
    }
    walk->chain = next;
    if (!next) {
        start_in_proc(mount->top);
        walk->by_chain = 1;
        walk->inside = 0;
    }
}

static __always_inline void go_down(struct proc_walk *walk, struct task_struct *task)
{
    u64 word = walk->word[0];
    bool is_short = !walk->word[1];
    walk->inside += walk->by_chain;
    if (walk->place == PLACE_CHAIN) {
        go_down_chain(walk);
    } else if (walk->place == PLACE_ROOT) {
        if (word == WORD_PROC && is_short) {
            enter_proc();
        } else {
            walk->place = PLACE_ELSEWHERE;
            walk->depth = 1;
        }
    } else if (walk->place == PLACE_ELSEWHERE && !(walk->anywhere && as_pid((const char *)walk->word))) {
        walk->depth += !!walk->depth;
    } else if (walk->place == PLACE_ELSEWHERE || walk->place == PLACE_PROC || walk->place == PLACE_TASKS) {
        go_to_process(walk, task);
    } else if (walk->place == PLACE_PROCESS) {
        enter_entry(walk);
        if (word == WORD_TASK && is_short)
            walk->place = PLACE_TASKS;
    } else {
        walk->depth++;
    }
}

/* One component of the path, which ends here. */
__weak __noinline int step(void)
{
    struct proc_walk *walk = my_proc_walk();
    if (!walk || (walk->length == 1 && walk->word[0] == '.'))
        return 0;
    if (walk->length == 2 && walk->word[0] == 0x2e2e)
        go_up(walk);
    else
        go_down(walk, bpf_get_current_task_btf());
    return 0;
}

/* More follows after the slash of an entry. True when the walk is over: a link of another process was followed. */
__weak __noinline int pass_entry(void)
{
    struct proc_walk *walk = my_proc_walk();
    if (!walk || walk->place != PLACE_ENTRY || !passes_link(walk))
        return 0;
    if (!walk->own)
        return 1;
    if (!(walk->entry_flags & EV_ENTRY_INSIDE)) /* `..` is taken from where the link leads to */
        pass_own_link(walk, bpf_get_current_task_btf(), walk->word[0]);
    return 0;
}

static __always_inline void add_byte(struct proc_walk *walk, char byte)
{
    if (!walk->length)
        walk->word[0] = walk->word[1] = 0;
    if (walk->length < 15) /* no name with a meaning here is longer */
        ((char *)walk->word)[walk->length & 15] = byte;
    walk->length++;
}

/* The next byte of the path; a path that is longer than the buffer is read on. */
static __always_inline char next_byte(struct proc_walk *walk)
{
    if (walk->at == EV_OBJECT_BYTES) {
        walk->from += EV_OBJECT_BYTES;
        walk->at = 0;
        if (bpf_probe_read_user_str(walk->path, sizeof walk->path, (const void *)walk->from) <= 0)
            walk->path[0] = 0;
    }
    return walk->path[walk->at++ & 0xff];
}

static long path_byte(u32 index, struct proc_context *context)
{
    struct proc_walk *walk = context->walk;
    char byte = next_byte(walk);
    if (byte && byte != '/') {
        if (walk->slash && pass_entry()) {
            walk->found = 1;
            return 1;
        }
        walk->slash = 0;
        add_byte(walk, byte);
        return 0;
    }
    if (walk->length)
        step();
    walk->length = 0;
    walk->slash |= byte == '/';
    return !byte;
}
LOOP_STEP(path_byte, struct proc_context)

/* Whether there are two dots beside each other, which may lead back to the root. */
static __always_inline bool has_dots(const struct proc_walk *walk)
{
    const u64 *words = (const u64 *)walk->path;
    u64 carried = 0;
    for (u32 i = 0; i < sizeof walk->path / 8; i++) {
        u64 word = words[i], x = word ^ 0x2e2e2e2e2e2e2e2eULL;
        u64 dots = (x - 0x0101010101010101ULL) & ~x & 0x8080808080808080ULL;
        if (dots & (dots << 8 | carried))
            return true;
        carried = dots >> 56;
        if ((word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL)
            return false;
    }
    return false;
}

/* Whether the path, from the root and without dots, may lead through a link of /proc/PID. Most do not, and need not be
 * followed component by component. */
static __always_inline bool may_lead_to_process(const struct proc_walk *walk)
{
    const char *at = walk->path + 6; /* behind "/proc/" */
    if (walk->path[5] != '/')
        return walk->path[1] == '/' || walk->path[1] == '.';
    if (*(u32 *)at == WORD_SELF && at[4] == '/')
        at += 5;
    else if (*(u64 *)at == WORD_THREAD_S)
        return true;
    else if (*at >= '0' && *at <= '9') {
#pragma unroll
        for (u32 i = 0; i < 10; i++)
            at += *at >= '0' && *at <= '9';
        if (*at++ != '/')
            return true;
    } else {
        return *at == '/';
    }
    switch (*(u16 *)at) { /* the first letters of exe, cwd, root, fd and fdinfo, ns, map_files, task */
        case 'e' | 'x' << 8:
        case 'c' | 'w' << 8:
        case 'r' | 'o' << 8:
        case 'f' | 'd' << 8:
        case 'n' | 's' << 8:
        case 'm' | 'a' << 8:
        case 't' | 'a' << 8: return true;
        default: return *at == '/';
    }
}

static __always_inline long begin_path(struct proc_walk *walk, u64 path)
{
    walk->length = walk->slash = walk->found = walk->depth = walk->others = 0;
    walk->in_tasks = walk->by_chain = walk->hides = walk->anywhere = walk->at = 0;
    walk->from = path;
    walk->word[0] = walk->word[1] = 0;
    return bpf_probe_read_user_str(walk->path, sizeof walk->path, (const void *)path);
}

/* Returns true when the path ends, or passes a link, in the directory of a process. */
static __always_inline bool follow_from_here(struct proc_walk *walk)
{
    struct proc_context context = {walk};
    REPEAT(EV_PATH_BYTES, path_byte, &context);
    walk->found |= walk->slash && walk->place == PLACE_ENTRY && passes_link(walk);
    return walk->found || walk->place == PLACE_PROCESS || walk->place == PLACE_ENTRY || walk->place == PLACE_TASKS;
}

/* How a call says where its path starts. */
enum path_start { FROM_CWD, FROM_FD, FROM_FD_OR_ITSELF /* an empty path is the descriptor's file */ };

/* Follows the path that the calling process gave.  `closely`: it is of interest even when no link was followed. */
__weak __noinline int follow_path(u64 path, u64 at, u64 fd, u64 closely)
{
    struct proc_walk *walk = my_proc_walk();
    struct task_struct *task = bpf_get_current_task_btf();
    if (!walk)
        return 0;
    long got = begin_path(walk, path);
    if (got < 1 || (got == 1 && at != FROM_FD_OR_ITSELF))
        return 0;
    if (*(u64 *)walk->path == WORD_DEV_FD) { /* a link to /proc/self/fd on every machine */
        walk->number = plain_task(task)->tgid;
        walk->numbering = NUMBERS_GLOBAL;
        walk->own = 1;
        walk->word[0] = WORD_FD;
        enter_entry(walk);
        walk->word[0] = 0;
        walk->at = 7;
    } else if (walk->path[0] == '/') {
        bool plain = walk->path[1] != '/' && walk->path[1] != '.' && got <= EV_OBJECT_BYTES;
        if (plain && (*(u32 *)(walk->path + 1) != WORD_PROC || (!closely && !may_lead_to_process(walk))) &&
            !has_dots(walk))
            return 0;
        walk->place = PLACE_ROOT;
    } else {
        if (at && (s32)fd != AT_FDCWD_NUMBER)
            start_at_fd(walk, fd, task);
        else
            start_at_cwd(walk, task);
        if (walk->place == PLACE_ELSEWHERE ||
            (walk->place == PLACE_ROOT && *(u32 *)walk->path != WORD_PROC && walk->path[0] != '.'))
            return 0;
    }
    return follow_from_here(walk);
}

#endif
