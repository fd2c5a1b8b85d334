/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One capability check, whatever hook saw it.  A hook is a file that calls check_made() with what it knows.
 */
#ifndef CAPREC_CHECK_BPF_H
#define CAPREC_CHECK_BPF_H

#include "arch.bpf.h"
#include "arguments.bpf.h"
#include "call_path.bpf.h"
#include "cred.bpf.h"
#include "emit.bpf.h"
#include "first_seen.bpf.h"
#include "found.bpf.h"
#include "hash.bpf.h"
#include "hidden.bpf.h"
#include "kinds.bpf.h"
#include "known_kind.bpf.h"
#include "object.bpf.h"
#include "plain.bpf.h"
#include "state.bpf.h"
#include "user_stack.bpf.h"

#include <bpf/bpf_tracing.h>

/* The check that is being put together. It is in a map and not on the stack, where the verifier would follow each value
 * of each field through every branch: that alone made loading take a quarter of a second. */
struct check_scratch {
    struct ev_check check;
    struct syscall_state now;
    struct ev_stack stack;
    struct ev_object object;
    struct asked_now asked;
    u64 address;
};
SCRATCH(check_scratch, struct check_scratch)

/* How often each kind of check was made, for the policy of details: direct-mapped; a kind that loses its place
 * starts again, and is looked at more often than it need be. */
enum { LOOK_ROWS = 65536, LOOKS_ALWAYS = 64, LOOKS_A_SECOND = 2000, LOOK_SKIPS = 16 };
struct look_row {
    u64 key, count;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, LOOK_ROWS);
    __type(key, u32);
    __type(value, struct look_row);
} look_rows SEC(".maps");

/* The hook's arguments are on the stack that it was called on, which in an interrupt is not the task's own. */
static __always_inline u32 context_of(struct task_struct *task, struct check_scratch *scratch, u64 arguments)
{
    u64 depth = arguments - as_number(task->stack, &scratch->address);
    return depth < KERNEL_STACK_BYTES ? EV_CONTEXT_TASK : EV_CONTEXT_INTERRUPT;
}

static __always_inline u64 argument_of(const struct ev_check *check, u32 index)
{
    return index < 6 ? check->args[index] : 0;
}

static __always_inline void note_object(struct ev_check *check, bool hidden, const struct ev_syscall_traits *known,
                                        struct ev_object *object)
{
    if (!known || !known->object_kind)
        return;
    if (hidden) {
        struct ev_counters *mine = my_counters();
        if (mine)
            mine->withheld_objects++;
        check->flags |= EV_CHECK_OBJECT_WITHHELD;
        return;
    }
    if (read_object(known, argument_of(check, known->object_argument), argument_of(check, known->length_argument),
                    object))
        check->object = keep_object(object);
    else
        check->flags |= EV_CHECK_OBJECT_UNREADABLE;
}

static __always_inline void note_stack(void *ctx, struct ev_check *check, struct ev_stack *stack)
{
    struct ev_counters *mine = my_counters();
    __builtin_memset(stack, 0, sizeof *stack);
    long bytes = bpf_get_stack(ctx, stack->frames, sizeof stack->frames, 0);
    if (bytes > 0) {
        stack->depth = (u64)bytes / 8;
        u64 key = hash_seed;
#pragma unroll
        for (u32 i = 0; i < EV_STACK_FRAMES; i++) /* all of them: without a branch the verifier has one path */
            key = mix(key, stack->frames[i]);
        key = finish(key);
        if (keep_content(&stacks, key, stack, &stacks_put_in)) {
            check->stack = key;
            return;
        }
    }
    check->flags |= EV_CHECK_STACK_LOST;
    if (mine)
        mine->lost_stacks++;
}

/* Finds the path of a check that did not come by its thread's last one: another known path, or a walk. */
static __always_inline void find_or_walk(void *ctx, struct task_struct *task, struct task_state *state,
                                         struct check_scratch *scratch, struct ev_counters *mine, u64 from, u64 entry)
{
    struct ev_check *check = &scratch->check;
    u32 hint_at = hint_place(entry, check->capability, scratch->now.ip), number = 0;
    bool learns = check->context == EV_CONTEXT_TASK && !walk_every_stack;
    if (learns && (check->stack = find_path(hint_at, from, entry, &number))) {
        state->path = number;
        return;
    }
    if (!walk_every_stack && !may_walk(hint_at, check->header.time, mine)) {
        check->flags |= EV_CHECK_SITE_UNKNOWN;
        return;
    }
    note_stack(ctx, check, &scratch->stack);
    if (learns && check->stack) {
        u64 top = as_number((void *)bpf_task_pt_regs(task), &scratch->address);
        state->path = learn_path(hint_at, from, top, entry, moving_frames(check->abi), &scratch->stack, check->stack);
    }
}

/* Notes by which calls the kernel came to the check: a look tells it when the path is known, otherwise a walk. When
 * neither can tell, the check says so. */
static __always_inline void note_path(void *ctx, struct task_struct *task, struct task_state *state,
                                      struct check_scratch *scratch, struct ev_counters *mine, u64 from)
{
    struct ev_check *check = &scratch->check;
    struct raw_stack *raw = my_raw_stack();
    u64 entry = (u64)check->abi << 32 | (u32)check->syscall;
    if (!raw)
        return;
    raw->begin = raw->end = 0;
    if (state->path && check->context == EV_CONTEXT_TASK && !walk_every_stack)
        check->stack = agreed_stack(raw, state->path, from, entry);
    if (!check->stack)
        find_or_walk(ctx, task, state, scratch, mine, from, entry);
}

/* The object and the user stack are taken at every check. There is one exception, as they cost more than the rest of
 * the check: past the first 64 checks of a kind, on a CPU that has made more than 2,000 in this second, they are taken
 * at each 2^k-th check of that kind only. Returns 1 to take them at this check, or else, negated, how many more checks
 * of its kind need not ask. It is a function of its own, so that it is verified once. */
__weak __noinline int should_look(u64 key, u64 now)
{
    struct ev_counters *mine = my_counters();
    u32 place = (u32)(key % LOOK_ROWS);
    struct look_row *row = bpf_map_lookup_elem(&look_rows, &place);
    if (!row || !mine)
        return 1;
    u64 count = 1;
    if (row->key == key)
        count = ++row->count;
    else
        row->key = key, row->count = 1;
    u64 second = now >> 30; /* 1.07 s */
    if (mine->look_second != second)
        mine->look_second = second, mine->looks = 0;
    if (walk_every_stack || count <= LOOKS_ALWAYS || mine->looks < LOOKS_A_SECOND || !(count & (count - 1))) {
        mine->looks++;
        return 1;
    }
    if (((count + LOOK_SKIPS) ^ count) > count) /* a power of two lies between */
        return 0;
    row->count = count + LOOK_SKIPS;
    return -LOOK_SKIPS;
}

static __always_inline bool looks_closely(struct task_state *state, const struct ev_check *check)
{
    if (state->skips && state->skip_key == check->key) {
        state->skips--;
        return false;
    }
    int answer = should_look(check->key, check->header.time);
    state->skips = answer < 0 ? -answer : 0;
    state->skip_key = check->key;
    return answer > 0;
}

static __always_inline void begin_call(struct task_state *state, s32 nr, u32 abi)
{
    if (state->checked == state->syscall_sequence + 1)
        return;
    state->checked = state->syscall_sequence + 1;
    state->checked_nr = nr;
    state->checked_abi = abi;
    state->slot_count = 0;
    if (ONLY_KINDS)
        state->call = hash_seed;
}

static __always_inline bool is_expected(const struct task_state *state, u32 slot)
{
    bool found = false;
#pragma unroll
    for (u32 i = 0; i < PENDING_ROWS; i++)
        found |= i < state->slot_count && state->slots[i] == slot;
    return found;
}

static __always_inline void expect_outcome(struct task_state *state, s32 nr, u32 abi, u32 slot)
{
    begin_call(state, nr, abi);
    u32 at = state->slot_count;
    if (ONLY_KINDS) {
        if (is_expected(state, slot))
            return;
        if (slot && at < PENDING_ROWS)
            state->call = mix(state->call, slot);
    }
    if (slot && at < PENDING_ROWS) {
        state->slots[at & (PENDING_ROWS - 1)] = slot;
        state->slot_count = at + 1;
    }
}

static __always_inline void note_denial(struct task_state *state, const struct ev_check *check)
{
    if (check->abi && check->result)
        state->denied = state->syscall_sequence + 1;
}

/* Whether a check need not be sent.  One that is new has all of its call sent with it: those that came before now. */
static __always_inline bool is_known(struct task_state *state, struct ev_check *check, u32 slot)
{
    bool is_new = slot & ROW_IS_NEW;
    if (!check->abi)
        return !is_new && !(state->flags & TASK_RECORDER);
    if (!is_new)
        return !is_told(state);
    begin_call(state, check->syscall, check->abi);
    tell_call(state);
    return false;
}

/* Bits of task->flags to bits of ours, without a branch for each. */
static __always_inline u32 flags_of(struct task_struct *task, struct task_state *state)
{
    u32 kernel = task->flags, ours = state->flags;
    u64 mm = address_of_mm(state, task);
    return !!(kernel & PF_KTHREAD) * EV_CHECK_KTHREAD | !!(kernel & PF_IO_WORKER) * EV_CHECK_IO_WORKER |
           !!(kernel & PF_EXITING) * EV_CHECK_EXITING | !!(ours & TASK_BEFORE_EXEC) * EV_CHECK_BEFORE_EXEC |
           !!(ours & TASK_NEWBORN) * EV_CHECK_NEWBORN | (mm && mm != state->mm) * EV_CHECK_IN_EXEC;
}

/* The flags that are part of a kind. */
enum {
    KIND_FLAGS =
        EV_CHECK_BEFORE_EXEC | EV_CHECK_IN_EXEC | EV_CHECK_SITE_UNKNOWN | EV_CHECK_CRED_OF_RUN | EV_CHECK_CRED_UNSURE
};

/* The kind of a check, without and with the depth of the user stack (see struct ev_first_seen). */
static __always_inline u64 kind_of(const struct ev_check *check, const struct syscall_state *now, u64 image,
                                   const struct mm_struct *mm, const struct ev_syscall_traits *known, u64 *with_depth)
{
    const volatile __u64 *factor = kind_factors; /* no product waits for another */
    u64 kind = image * factor[0] + check->stack * factor[1] + check->cred * factor[2] +
               ((u64)(u32)check->result << 32 | (u64)check->context << 24 | (u64)check->abi << 16 |
                (u64)check->capability << 8) *
                   factor[3] +
               (without_address(now->args[0]) << 32 ^ without_address(now->args[1])) * factor[4] +
               ((u64)(u32)now->nr << 32 | (check->flags & KIND_FLAGS)) * factor[5] +
               ((u64)check->target_ns.inode << 32 | check->target_ns.owner) * factor[6];
    u64 depth = 0;
    if (mm && now->ip && !(check->flags & EV_CHECK_IN_EXEC)) {
        kind += relative_ip(mm, now->ip) * factor[7];
        depth = mm->start_stack - now->sp;
    }
    if (known && known->kind_arguments) {
#pragma unroll
        for (u32 i = 2; i < 6; i++)
            if (known->kind_arguments >> i & 1)
                kind += without_address(now->args[i]) * factor[7 + i];
    }
    *with_depth = finish(kind + depth * factor[8]);
    return finish(kind);
}

static __always_inline void enter_syscall(struct task_struct *task, struct task_state *state, struct syscall_state *now)
{
    struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
    read_syscall(task, regs, now);
    if (!now->abi)
        return;
    /* an exec rewrites the number, and may change the ABI, before it returns: the syscall that was entered counts */
    if (state->checked == state->syscall_sequence + 1) {
        now->nr = state->checked_nr;
        now->abi = state->checked_abi;
    }
    read_arguments(regs, now);
}

/* Before the command's exec the memory is the recorder's, and the words are the caller's own. */
static __always_inline bool withholds_arguments(const struct task_state *state, bool hidden)
{
    return withhold_secure && (hidden || state->flags & TASK_BEFORE_EXEC);
}

/* The short way: whether the check is of a known kind, in a call that need not be sent. Then it has been counted. */
static __always_inline bool is_counted(struct task_state *state, struct ev_counters *mine,
                                       const struct asked_now *asked, const struct syscall_state *now, u64 mark)
{
    u64 kind = 0;
    u32 slot = known_slot(mark, &kind);
    if (!slot || is_told(state))
        return false;
    mine->known_checks++;
    if (state->tally.kind != kind || state->tally.hits >= EV_TALLY) {
        hand_in(&state->tally);
        state->tally.kind = kind;
        state->tally.slot = slot;
    }
    state->tally.hits++;
    expect_outcome(state, now->nr, now->abi, slot);
    if (asked->result)
        state->denied = state->syscall_sequence + 1;
    return true;
}

/* from: a place on the kernel's stack, below the calls that led to the check; 0: ctx is one. target_ns: null is the
 * initial one. typed: whether the verifier knows what the pointers point to, see READ(). */
static __always_inline void check_made(void *ctx, u64 from, const struct cred *cred,
                                       const struct user_namespace *target_ns, int cap, int result, u32 options,
                                       bool typed)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct task_state *state = state_of(task);
    if (HAS_SCOPE && !state && is_searching() && is_in_scope(task)) {
        take_in(task, BY_CHECK);
        state = state_of(task);
        if (!state && !(task->flags & PF_EXITING)) {
            COUNT_SHARED(checks_made);
            COUNT_SHARED(lost_checks);
        }
    }
    struct ev_counters *mine = my_counters();
    struct check_scratch *scratch = my_check_scratch();
    if (!state || !mine || !scratch)
        return;
    mine->checks_made += !(state->flags & TASK_RECORDER);
    if (!from)
        from = as_number(ctx, &scratch->address);
    u64 mark = 0;
    if (ONLY_KINDS) {
        struct asked_now *asked = &scratch->asked;
        *asked = (struct asked_now){plain_cred(cred), target_ns, from, cap, result, options};
        __builtin_memset(&scratch->now, 0, sizeof scratch->now);
        mark = typed ? mark_of(task, state, asked, &scratch->now) : 0;
        if (is_counted(state, mine, asked, &scratch->now, mark))
            return;
    }

    struct ev_check *check = &scratch->check;
    struct syscall_state *now = &scratch->now;

    check->flags = flags_of(task, state);
    if (typed)
        cred = plain_cred(cred);
    if (cred == plain_task(task)->real_cred) {
        check->flags |= EV_CHECK_REAL_CRED;
        check->cred = real_cred_key(state, task, BY_CHECK);
    } else {
        check->cred = other_cred_key(state, task, cred, BY_CHECK, typed);
        check->flags |= kept_by_run(cred, BY_CHECK);
    }
    if (cred == plain_task(task)->cred)
        check->flags |= EV_CHECK_CURRENT_CRED;
    check->context = context_of(task, scratch, from);
    __builtin_memset(now, 0, sizeof *now);
    /* the registers of a worker or of a newborn are its creator's */
    if (check->context == EV_CONTEXT_TASK &&
        !(check->flags & (EV_CHECK_KTHREAD | EV_CHECK_IO_WORKER | EV_CHECK_NEWBORN)))
        enter_syscall(task, state, now);
    bool hidden = is_hidden(task, state);
    if (hidden)
        note_hidden(task, state);
    if (withholds_arguments(state, hidden)) {
        check->flags |= EV_CHECK_ARGUMENTS_WITHHELD;
        state->flags |= TASK_RESULT_WITHHELD;
    }
    if (now->abi)
        keep_arguments(now, withholds_arguments(state, hidden));

    fill_header(&check->header, EV_CHECK, state->thread, bpf_ktime_get_ns());
    __builtin_memcpy(check->args, now->args, sizeof check->args);
    check->syscall_sequence = state->syscall_sequence;
    check->stack = 0;
    check->object = 0;
    if (target_ns)
        fill_user_ns(&check->target_ns, target_ns, typed);
    else
        check->target_ns = (struct ev_user_ns){.inode = INITIAL_USER_NS};
    check->result = result;
    check->options = options;
    check->syscall = now->nr;
    check->capability = cap;
    check->abi = now->abi;
    check->user_stack = 0;

    note_path(ctx, task, state, scratch, mine, from);
    const struct ev_syscall_traits *known = traits_of(check->abi, check->syscall);
    u64 kind = kind_of(check, now, state->image ^ (HAS_SCOPE || ONLY_KINDS ? state->cgroup : 0), plain_task(task)->mm,
                       known, &check->key);
    u32 slot = count_first_seen(&state->tally, kind);
    if (ONLY_KINDS && is_known(state, check, slot)) {
        if (slot)
            mine->known_checks++;
        else
            mine->lost_checks++; /* of a kind that has no place */
        if (check->abi)
            expect_outcome(state, check->syscall, check->abi, slot);
        note_denial(state, check);
        learn_kind(mark, kind, slot);
        if (check->flags & EV_CHECK_EXITING)
            hand_in(&state->tally);
        return;
    }
    if (looks_closely(state, check)) {
        check->flags |= EV_CHECK_WALKED;
        if (check->abi)
            note_object(check, hidden && !(state->flags & TASK_BEFORE_EXEC), known, &scratch->object);
        if (user_stack_kind)
            note_user_stack(ctx, task, state, hidden, check);
    }
    if (check->abi)
        expect_outcome(state, check->syscall, check->abi, slot & (ROW_IS_NEW - 1));
    note_denial(state, check);
    if (slot & ROW_IS_NEW)
        fill_first_seen(slot & (ROW_IS_NEW - 1), check);
    if (check->flags & EV_CHECK_EXITING)
        hand_in(&state->tally); /* the exit, which does it otherwise, may be over */

    u64 waiting = detail_waiting(mine);
    struct ev_check *out = reserve_detail(sizeof *out, waiting);
    if (!out) {
        mine->lost_checks++;
        return;
    }
    __builtin_memcpy(out, check, sizeof *out);
    bpf_ringbuf_submit(out, wake_flags(waiting));
}

#endif
