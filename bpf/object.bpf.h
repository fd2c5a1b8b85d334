/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The object that a syscall was asked to act on, from the calling process's memory to the objects map. */
#ifndef CAPREC_OBJECT_BPF_H
#define CAPREC_OBJECT_BPF_H

#include "hash.bpf.h"
#include "state.bpf.h"

/* Returns false when it could not be read. `argument` is the one that the traits name; so is `length`. */
static __always_inline bool read_object(const struct ev_syscall_traits *known, u64 argument, u64 length,
                                        struct ev_object *object)
{
    __builtin_memset(object, 0, sizeof *object);
    object->kind = known->object_kind;
    if (known->object_kind == EV_OBJECT_COMMAND) {
        u64 bytes = known->length_argument == 8 ? 8 : 4;
        __builtin_memcpy(object->bytes, &argument, 8);
        object->length = bytes;
    } else if (known->object_kind == EV_OBJECT_PATH) {
        long got = bpf_probe_read_user_str(object->bytes, sizeof object->bytes, (const void *)argument);
        if (got <= 0)
            return false;
        object->length = got - 1; /* without the NUL */
        object->truncated = got == sizeof object->bytes;
    } else {
        object->truncated = length > EV_OBJECT_BYTES;
        if (length > EV_OBJECT_BYTES)
            length = EV_OBJECT_BYTES;
        barrier_var(length);
        length &= 0xff;
        if (bpf_probe_read_user(object->bytes, length, (const void *)argument))
            return false;
        object->length = length;
    }
    return true;
}

static __always_inline u64 object_key(const struct ev_object *object)
{
    u64 key = hash_seed;
    const u64 *words = (const u64 *)object;
    for (u32 i = 0; i < sizeof *object / 8; i++)
        key = mix(key, words[i]);
    return finish(key);
}

/* Puts the object into the map when it is new there; returns its key. 0: it could not be kept, which is counted. */
static __always_inline u64 keep_object(const struct ev_object *object)
{
    u64 key = object_key(object);
    if (!keep_content(&objects, key, object, &objects_put_in)) {
        struct ev_counters *mine = my_counters();
        if (mine)
            mine->lost_objects++;
        return 0;
    }
    return key;
}

#endif
