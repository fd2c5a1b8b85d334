/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first-seen rows: the first check of each kind, how often the kind was met, and with which results.  They are
 * read at the end, so that a full ring buffer costs detail and never a capability.
 */
#ifndef CAPREC_FIRST_SEEN_BPF_H
#define CAPREC_FIRST_SEEN_BPF_H

#include "state.bpf.h"

static __always_inline struct ev_first_seen *first_seen_row(u32 slot)
{
    u32 place = (slot - 1) % FIRST_SEEN_ROWS;
    return bpf_map_lookup_elem(&first_seen, &place);
}

static __always_inline u64 outcome_code(s64 value)
{
    return value < 0 && value >= -MAX_ERRNO ? 1 - value : 1;
}

/* The first results of a row have counts; a result that finds no place is in the events only. */
__weak __noinline int add_outcomes(u32 slot, u64 code, u32 hits)
{
    struct ev_first_seen *row = first_seen_row(slot);
    if (!row)
        return 0;
    for (u32 i = 0; i < EV_FIRST_OUTCOMES; i++) {
        u64 holder = *(volatile u64 *)&row->outcome_code[i];
        if (!holder)
            holder = __sync_val_compare_and_swap(&row->outcome_code[i], 0, code);
        if (holder && holder != code)
            continue;
        __sync_fetch_and_add(&row->outcome_hits[i], hits);
        break;
    }
    return 0;
}

static __always_inline void hand_in(struct tally *tally)
{
    if (!tally->slot)
        return;
    struct ev_first_seen *row = first_seen_row(tally->slot);
    if (row && tally->outcome_hits == tally->hits && row->outcome_code[0] == tally->code) {
        __sync_fetch_and_add(&row->usual, tally->hits);
    } else {
        if (row)
            __sync_fetch_and_add(&row->hits, tally->hits);
        if (tally->outcome_hits)
            add_outcomes(tally->slot, tally->code, tally->outcome_hits);
    }
    tally->slot = 0;
    tally->kind = 0;
    tally->hits = 0;
    tally->outcome_hits = 0;
}

/* Finds or makes the row of a kind.  Returns 1 + the row's place, with ROW_IS_NEW when it was made now; 0 when there
 * is no room, which is counted.  A function of its own, so that it is verified once. */
enum { ROW_IS_NEW = 1 << 20 };
__weak __noinline int find_first_seen(u64 kind)
{
    for (u32 probe = 0; probe < FIRST_SEEN_PROBES; probe++) {
        u32 place = (u32)(kind + probe) % FIRST_SEEN_ROWS;
        struct ev_first_seen *row = bpf_map_lookup_elem(&first_seen, &place);
        if (!row)
            break;
        u64 holder = *(volatile u64 *)&row->kind;
        if (!holder)
            holder = __sync_val_compare_and_swap(&row->kind, 0, kind);
        if (holder && holder != kind)
            continue;
        return (place + 1) | (holder ? 0 : ROW_IS_NEW);
    }
    struct ev_counters *mine = my_counters();
    if (mine)
        mine->lost_first_seen++;
    return 0;
}

/* Counts a check of that kind; returns as find_first_seen. */
static __always_inline u32 count_first_seen(struct tally *tally, u64 kind)
{
    if (tally->kind == kind && tally->hits < EV_TALLY) {
        tally->hits++;
        return tally->slot;
    }
    hand_in(tally);
    u32 slot = find_first_seen(kind);
    if (slot) {
        tally->kind = kind;
        tally->slot = slot & (ROW_IS_NEW - 1);
        tally->hits = 1;
    }
    return slot;
}

static __always_inline void count_outcome(struct tally *tally, u32 slot, s64 value)
{
    u64 code = outcome_code(value);
    if (slot != tally->slot || (tally->outcome_hits && tally->code != code)) {
        add_outcomes(slot, code, 1);
        return;
    }
    tally->code = code;
    tally->outcome_hits++;
}

/* Fills a row that find_first_seen made. The row is whole once the key is there, which is written last. */
static __always_inline void fill_first_seen(u32 slot, const struct ev_check *check)
{
    struct ev_first_seen *row = first_seen_row(slot);
    if (!row)
        return;
    __builtin_memcpy(&row->check, check, __builtin_offsetof(struct ev_check, key));
    __builtin_memcpy(&row->check.target_ns, &check->target_ns,
                     sizeof *check - __builtin_offsetof(struct ev_check, target_ns));
    row->check.key = check->key;
}

#endif
