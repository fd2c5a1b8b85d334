/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The light skeletons (bpftool-gen(8), -L) of the programs, for C++: the generated headers are C.
 *
 * A light skeleton is a program for the kernel that loads the others there.  The kernel itself relocates them, and
 * finds their attach points; nothing of its types is read here.
 */
#ifndef CAPREC_LIGHT_OBJECT_H
#define CAPREC_LIGHT_OBJECT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct light_map {
    const char* name;
    size_t descriptor, entries; /* places of an int and of a __u32 in the skeleton */
};

struct light_program {
    const char* name;
    const char* section; /* without a '?' */
    size_t descriptor;   /* place of an int in the skeleton */
    size_t link;         /* likewise; 0: the program is run by hand */
};

/* One set of programs.  The skeleton is a struct of which only the places below are known. */
struct light_object {
    void* (*open)(void);           /* null: there is no memory */
    int (*load)(void* skeleton);   /* 0, or an errno; once */
    int (*attach)(void* skeleton); /* likewise */
    void (*detach)(void* skeleton);
    void (*destroy)(void* skeleton);
    size_t constants, memory; /* places of the pointers to them */
};
extern const struct light_object light_objects[2]; /* program variants 2 and 3 */

/* These are the same for all sets; each ends with a null name. */
extern const struct light_map light_maps[];
extern const struct light_program light_programs[];

#ifdef __cplusplus
}
#endif

#endif
