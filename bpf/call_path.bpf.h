/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls by which the kernel came to a check.  They are known for every check at the price of a look.
 *
 * A walk of the kernel stack costs more than the rest of a check together.  But the return addresses of a chain of
 * calls lie at the same places of the stack each time, seen from the hook: the size of a frame is a constant of the
 * place in the code.  So a chain that was walked once is learnt, with the places of its addresses, and is recognized by
 * comparing just those words: when the innermost address is the same, the frame above it begins at the same place, and
 * so on outwards.  A word that is equal by chance (an old one, in a slot that nothing has written since) is learnt
 * beside the true one: then both must agree, and the worst that this costs is another walk.
 *
 * The outermost frames are not compared, as they move: the entry of a syscall shifts the stack by a random number of
 * bytes.  The number of the syscall stands for them.
 */
#ifndef CAPREC_CALL_PATH_BPF_H
#define CAPREC_CALL_PATH_BPF_H

#include "arch.bpf.h"
#include "event.h"
#include "hash.bpf.h"
#include "loop.bpf.h"
#include "state.bpf.h"

enum {
    PATHS = 4096,
    PATH_WORDS = 120, /* a multiple of PATH_STEP */
    PATH_STEP = 8,
    STACK_WORDS = KERNEL_STACK_BYTES / 8,
    MOST_PROBE_FRAMES = 8,
    PATH_HINTS = 16384,
    PATH_WAYS = 8,
    WALKS_FOR_A_HINT = 64, /* within a second */
    WALKS_FOR_PATHS = 20000,
    PLACE_SHIFT = 48, /* above the part of a kernel address that differs from another's */
};

/* Each word is the place of an address, in words from the hook's arguments, the address below it, and all of that xor
 * the key of the stack: a path that is written anew while it is compared agrees with nothing. */
struct call_path {
    u64 stack;      /* key of the stacks map; 0: not yet whole */
    u64 entry;      /* the syscall's ABI and number */
    u32 count;      /* number of words; up to a multiple of PATH_STEP, more repeat the first */
    u16 begin, end; /* bounds of the places that are compared */
    u64 word[PATH_WORDS];
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, PATHS);
    __type(key, u32);
    __type(value, struct call_path);
} paths SEC(".maps");

/* The paths by which checks of one kind came last. They only say where to look. */
struct path_hint {
    u16 path[PATH_WAYS];
    u32 second, walks;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, PATH_HINTS);
    __type(key, u32);
    __type(value, struct path_hint);
} path_hints SEC(".maps");

/* The stack from the hook's arguments on, and the bounds of the part that was read for this check. */
struct raw_stack {
    u64 word[STACK_WORDS];
    u32 begin, end;
};
SCRATCH(raw_stack, struct raw_stack)

__u32 next_path = 0;
__u32 probe_frames = 0; /* 1 + frames of a walk below the hook's place; found by the first walk: the self-test's */

static __always_inline bool read_raw_stack(struct raw_stack *raw, u64 from, u32 begin, u32 end)
{
    if (raw->begin <= begin && end <= raw->end)
        return true;
    u64 bytes = (u64)(end - begin) * 8;
    if (begin >= STACK_WORDS / 2)
        return false;
    if (bytes > sizeof raw->word / 2)
        bytes = sizeof raw->word / 2;
    if (bpf_probe_read_kernel(&raw->word[begin], bytes, (const void *)(from + (u64)begin * 8)))
        return false;
    raw->begin = begin;
    raw->end = end;
    return true;
}

/* One word of the stack, for comparing.  When a program may read through a pointer that the verifier does not trust,
 * it looks at the words where they are: copying all between the first and the last costs 0.1 us more. */
#if CAPREC_VARIANT >= 1
static __always_inline bool can_look(struct raw_stack *raw, u64 from, const struct call_path *path)
{
    return true;
}

static __always_inline u64 look(const struct raw_stack *raw, u64 from, u32 at)
{
    /* the pointer must be to a struct of the kernel's: any that begins with a 64-bit number */
    const struct timespec64 *word = READ_ONLY((const void *)(from + (u64)at * 8), struct timespec64);
    return word->tv_sec;
}
#else
static __always_inline bool can_look(struct raw_stack *raw, u64 from, const struct call_path *path)
{
    return read_raw_stack(raw, from, path->begin, path->end);
}

static __always_inline u64 look(const struct raw_stack *raw, u64 from, u32 at)
{
    return raw->word[at];
}
#endif

/* The key of the path's stack when this check came by it, 0 otherwise. */
static __always_inline u64 agreed_stack(struct raw_stack *raw, u32 number, u64 from, u64 entry)
{
    u32 place = number % PATHS;
    struct call_path *path = bpf_map_lookup_elem(&paths, &place);
    if (!path)
        return 0;
    u64 key = *(volatile u64 *)&path->stack;
    if (!key || path->entry != entry || !can_look(raw, from, path))
        return 0;
    u64 other = 0;
    for (u32 i = 0; i < PATH_WORDS; i += PATH_STEP) {
        if (i >= path->count)
            break;
#pragma unroll
        for (u32 step = 0; step < PATH_STEP; step++) {
            u64 word = path->word[i + step] ^ key;
            other |= (look(raw, from, word >> PLACE_SHIFT & (STACK_WORDS - 1)) ^ word) << (64 - PLACE_SHIFT);
        }
    }
    return other ? 0 : key;
}

/* The same, as a function of its own, so that it is verified once. */
__weak __noinline u64 match_path(u32 number, u64 from, u64 entry)
{
    struct raw_stack *raw = my_raw_stack();
    return raw ? agreed_stack(raw, number, from, entry) : 0;
}

static __always_inline u32 hint_place(u64 entry, u32 capability, u64 ip)
{
    return finish(mix(hash_seed ^ entry << 8 ^ capability, ip & 4095)) % PATH_HINTS;
}

/* Looks among the paths of its kind; *number gets the one that fits. */
static __always_inline u64 find_path(u32 hint_at, u64 from, u64 entry, u32 *number)
{
    struct path_hint *hint = bpf_map_lookup_elem(&path_hints, &hint_at);
    if (!hint)
        return 0;
    for (u32 way = 0; way < PATH_WAYS; way++) {
        u32 candidate = hint->path[way];
        if (!candidate)
            break;
        u64 key = match_path(candidate, from, entry);
        if (key) {
            *number = candidate;
            return key;
        }
    }
    return 0;
}

/* Whether a walk may be afforded for a check that came by no known path. */
static __always_inline bool may_walk(u32 hint_at, u64 now, struct ev_counters *mine)
{
    struct path_hint *hint = bpf_map_lookup_elem(&path_hints, &hint_at);
    u32 second = now >> 30; /* 1.07 s */
    if (!hint)
        return false;
    if (hint->second != second)
        hint->second = second, hint->walks = 0;
    if (mine->path_second != second)
        mine->path_second = second, mine->path_walks = 0;
    if (hint->walks >= WALKS_FOR_A_HINT && mine->path_walks >= WALKS_FOR_PATHS)
        return false;
    hint->walks++;
    mine->path_walks++;
    return true;
}

struct path_lesson {
    struct raw_stack *raw;
    struct ev_stack *stack;
    struct call_path *path;
    u64 key;
    u64 wanted, found; /* a bit for each frame */
};

/* One word of the stack is part of the path when it is the address of a frame.  There is no branch for each frame,
 * which the verifier would follow both ways. */
static long learn_word(u32 index, struct path_lesson *lesson)
{
    u32 at = index & (STACK_WORDS - 1), count = lesson->path->count;
    u64 word = lesson->raw->word[at], frames = 0;
    if (word >> PLACE_SHIFT != (1 << (64 - PLACE_SHIFT)) - 1)
        return 0;
#pragma unroll
    for (u32 i = 0; i < EV_STACK_FRAMES; i++) {
        u64 other = lesson->stack->frames[i] ^ word;
        other |= -other; /* the highest bit: whether they differ */
        barrier_var(other);
        frames |= (~other >> 63) << i;
    }
    frames &= lesson->wanted;
    if (!frames)
        return 0;
    if (count >= PATH_WORDS) {
        lesson->found = 0;
        return 1;
    }
    lesson->found |= frames;
    lesson->path->word[count] = ((u64)at << PLACE_SHIFT | (word & ((1ULL << PLACE_SHIFT) - 1))) ^ lesson->key;
    lesson->path->count = count + 1;
    lesson->path->begin = count ? lesson->path->begin : at;
    lesson->path->end = at + 1;
    return 0;
}
LOOP_STEP(learn_word, struct path_lesson)

static __always_inline u64 frame_bits(u32 begin, u32 end)
{
    return (~0ULL << (begin & 63)) & ~(~0ULL << (end & 63));
}

/* The frames of the recorder's own probe come first in a walk, and their addresses lie below the hook's arguments.
 * In the first walk, when nothing is known yet, they are the frames that were not found. */
static __always_inline void find_probe_frames(u64 found, u32 end)
{
    u32 missing = 0;
    for (u32 i = 0; i < MOST_PROBE_FRAMES; i++)
        if (!(found >> i & 1))
            missing = i + 1;
    if (missing < MOST_PROBE_FRAMES && frame_bits(missing, end) == (found & frame_bits(missing, end)))
        probe_frames = 1 + missing;
}

/* Learns the path of a check that was walked.  Returns its number; 0: it cannot be recognized again. */
static __always_inline u32 learn_path(u32 hint_at, u64 from, u64 top, u64 entry, u32 moving, struct ev_stack *stack,
                                      u64 key)
{
    struct raw_stack *raw = my_raw_stack();
    struct path_hint *hint = bpf_map_lookup_elem(&path_hints, &hint_at);
    u32 number = __sync_fetch_and_add(&next_path, 1) % (PATHS - 1) + 1;
    struct call_path *path = bpf_map_lookup_elem(&paths, &number);
    u64 words = (top - from) / 8;
    if (!raw || !hint || !path || words > STACK_WORDS / 2 || stack->depth <= moving || stack->depth > EV_STACK_FRAMES)
        return 0;
    if (!read_raw_stack(raw, from, 0, words))
        return 0;
    *(volatile u64 *)&path->stack = 0;
    path->entry = entry;
    path->count = 0;
    u32 end = stack->depth - moving;
    u32 known = probe_frames;
    u64 wanted = frame_bits(known ? known - 1 : 0, end);
    struct path_lesson lesson = {.raw = raw, .stack = stack, .path = path, .key = key, .wanted = wanted};
    REPEAT(words, learn_word, &lesson);
    if (!known) {
        find_probe_frames(lesson.found, end);
        return 0;
    }
    if (!wanted || lesson.found != wanted)
        return 0;
    u64 first = path->word[0];
    for (u32 i = 0; i < PATH_STEP; i++) {
        u32 at = path->count + i;
        if (at < PATH_WORDS)
            path->word[at] = first;
    }
    *(volatile u64 *)&path->stack = key;
#pragma unroll
    for (u32 way = PATH_WAYS - 1; way > 0; way--)
        hint->path[way] = hint->path[way - 1];
    hint->path[0] = number;
    return number;
}

#endif
