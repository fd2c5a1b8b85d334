/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Credentials by content.  A kernel pointer does not identify one: it is freed and used again, and overridden
 * credentials come and go within a syscall.
 */
#ifndef CAPREC_CRED_BPF_H
#define CAPREC_CRED_BPF_H

#include "hash.bpf.h"
#include "loop.bpf.h"
#include "plain.bpf.h"
#include "state.bpf.h"

#include <bpf/bpf_core_read.h>

struct cred_scratch {
    struct ev_cred content;
    u64 address;
};

SCRATCH_OF_USERS(cred_scratch, struct cred_scratch)

static __always_inline void fill_user_ns(struct ev_user_ns *to, const struct user_namespace *from, bool typed)
{
    to->inode = READ(typed, from, ns.inum);
    to->level = READ(typed, from, level);
    to->owner = READ(typed, from, owner.val);
    to->reserved = 0;
}

static __always_inline bool has_no_new_privs(struct task_struct *task)
{
    return task->atomic_flags >> PFA_NO_NEW_PRIVS & 1;
}

/* All fixed fields, and the pointers to the rest.  Groups behind an equal pointer can differ only after a
 * setgroups of this task, whose exit empties the caches. */
static __always_inline u64 cred_fingerprint(const struct cred *cred, bool no_new_privs, u64 *spill, bool typed)
{
    u64 a = hash_seed, b = hash_seed ^ 0x5851f42d4c957f2dULL;
    struct user_namespace *user_ns = READ(typed, cred, user_ns);
    a = mix(a, (u64)READ(typed, cred, uid.val) << 32 | READ(typed, cred, gid.val));
    b = mix(b, (u64)READ(typed, cred, suid.val) << 32 | READ(typed, cred, sgid.val));
    a = mix(a, (u64)READ(typed, cred, euid.val) << 32 | READ(typed, cred, egid.val));
    b = mix(b, (u64)READ(typed, cred, fsuid.val) << 32 | READ(typed, cred, fsgid.val));
    a = mix(a, read_caps(typed, &cred->cap_effective));
    b = mix(b, read_caps(typed, &cred->cap_permitted));
    a = mix(a, read_caps(typed, &cred->cap_inheritable));
    b = mix(b, read_caps(typed, &cred->cap_bset));
    a = mix(a, read_caps(typed, &cred->cap_ambient));
    b = mix(b, (u64)READ(typed, cred, securebits) << 1 | no_new_privs);
    a = mix(a, READ(typed, user_ns, ns.inum));
    b = mix(b, as_number(READ(typed, cred, group_info), spill));
    return finish(mix(a, b));
}

struct group_walk {
    u64 hash;
    const void *gids;
};

static long hash_group(u32 index, struct group_walk *walk)
{
    u32 gid = 0;
    bpf_probe_read_kernel(&gid, sizeof gid, walk->gids + 4 * (u64)index);
    walk->hash = mix(walk->hash, gid);
    return 0;
}
LOOP_STEP(hash_group, struct group_walk)

static __always_inline void fill_groups(struct ev_cred *content, const struct group_info *info, bool typed)
{
    struct group_walk walk = {.hash = hash_seed, .gids = (void *)info + bpf_core_field_offset(struct group_info, gid)};
    u32 count = (u32)READ(typed, info, ngroups);
    u64 kept = count;
    barrier_var(kept); /* the bound must hold for the value used below, not for a copy */
    if (kept > EV_GROUPS)
        kept = EV_GROUPS;

    content->group_count = count;
    __builtin_memset(content->groups, 0, sizeof content->groups);
    bpf_probe_read_kernel(content->groups, kept * 4, walk.gids);
    REPEAT(count, hash_group, &walk);
    content->group_hash = walk.hash;
}

/* Puts the content into the map when it is new there.  0: it could not be kept, which is counted. */
static __always_inline u64 keep_cred(const struct cred *cred, bool no_new_privs, struct ev_cred *content, bool typed)
{
    content->uid = READ(typed, cred, uid.val);
    content->gid = READ(typed, cred, gid.val);
    content->suid = READ(typed, cred, suid.val);
    content->sgid = READ(typed, cred, sgid.val);
    content->euid = READ(typed, cred, euid.val);
    content->egid = READ(typed, cred, egid.val);
    content->fsuid = READ(typed, cred, fsuid.val);
    content->fsgid = READ(typed, cred, fsgid.val);
    content->inheritable = read_caps(typed, &cred->cap_inheritable);
    content->permitted = read_caps(typed, &cred->cap_permitted);
    content->effective = read_caps(typed, &cred->cap_effective);
    content->bounding = read_caps(typed, &cred->cap_bset);
    content->ambient = read_caps(typed, &cred->cap_ambient);
    content->securebits = READ(typed, cred, securebits);
    content->no_new_privs = no_new_privs;
    content->reserved = 0;
    fill_user_ns(&content->ns, READ(typed, cred, user_ns), typed);
    fill_groups(content, READ(typed, cred, group_info), typed);

    u64 key = hash_seed;
    const u64 *words = (const u64 *)content;
    for (u32 i = 0; i < (sizeof *content - sizeof content->groups) / 8; i++)
        key = mix(key, words[i]);
    key = finish(key);
    if (!keep_content(&creds, key, content, &creds_put_in)) {
        COUNT_SHARED(lost_creds);
        return 0;
    }
    return key;
}

/* Addresses of the real credentials of followed tasks.  A file keeps the credential of its opener, whose content does
 * not tell whether it was one of the run, as others have the same content. An address may be freed and used again, but
 * hardly before it has left this table. */
enum { RUN_CREDS = 32768 };
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, RUN_CREDS);
    __type(key, u64);
    __type(value, u8);
} run_creds SEC(".maps");
__u64 run_creds_put_in = 0;

static __always_inline u64 cached_cred(struct cred_cache *cache, u64 mark, const struct cred *cred, bool no_new_privs,
                                       struct ev_cred *content, bool typed)
{
    if (cache->mark != mark) {
        cache->key = keep_cred(cred, no_new_privs, content, typed);
        cache->mark = cache->key ? mark : 0;
    }
    return cache->key;
}

/* The content key of the task's real credential. */
static __always_inline u64 real_cred_key(struct task_state *state, struct task_struct *task, u32 user)
{
    struct cred_scratch *scratch = bpf_map_lookup_elem(&cred_scratch, &user);
    if (!scratch)
        return 0;
    const struct cred *cred = plain_task(task)->real_cred;
    u64 address = as_number(cred, &scratch->address);
    if (state->real.mark != address && !(state->flags & TASK_RECORDER)) {
        u8 is_known = 1;
        scratch->address = address;
        if (!bpf_map_lookup_elem(&run_creds, &scratch->address)) { /* most addresses come again and again */
            bpf_map_update_elem(&run_creds, &scratch->address, &is_known, BPF_ANY);
            __sync_fetch_and_add(&run_creds_put_in, 1);
        }
    }
    return cached_cred(&state->real, address, cred, has_no_new_privs(task), &scratch->content, true);
}

/* Whether a credential that is not the task's own was one of the run. */
static __always_inline u32 kept_by_run(const struct cred *cred, u32 user)
{
    struct cred_scratch *scratch = bpf_map_lookup_elem(&cred_scratch, &user);
    if (!scratch)
        return EV_CHECK_CRED_UNSURE;
    as_number(cred, &scratch->address);
    if (bpf_map_lookup_elem(&run_creds, &scratch->address))
        return EV_CHECK_CRED_OF_RUN;
    return run_creds_put_in > RUN_CREDS ? EV_CHECK_CRED_UNSURE : 0;
}

/* The content key of a credential that is not the task's own. */
static __always_inline u64 other_cred_key(struct task_state *state, struct task_struct *task, const struct cred *cred,
                                          u32 user, bool typed)
{
    struct cred_scratch *scratch = bpf_map_lookup_elem(&cred_scratch, &user);
    if (!scratch)
        return 0;
    bool no_new_privs = has_no_new_privs(task);
    u64 mark = cred_fingerprint(cred, no_new_privs, &scratch->address, typed);
    return cached_cred(&state->other, mark, cred, no_new_privs, &scratch->content, typed);
}

static __always_inline void forget_creds(struct task_state *state)
{
    state->real.mark = 0;
    state->other.mark = 0;
}

#endif
