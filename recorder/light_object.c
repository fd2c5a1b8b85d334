/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/light_object.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Woverlength-strings"
#include <bpf/skel_internal.h>

/*
 * The program that loads the others has a place on its stack for the descriptors of 32 of them (MAX_USED_PROGS of
 * libbpf's gen_loader.c), and when it fails it closes as many as there are functions in the object, which are more: the
 * verifier does not let it look beyond its stack.  Only programs have a descriptor, and those come first; so beyond
 * them it would find nothing.
 */
static int load_and_run(struct bpf_load_and_run_opts* options) {
    struct bpf_insn* all = malloc(options->insns_sz);
    if (!all)
        return -ENOMEM;
    memcpy(all, options->insns, options->insns_sz);
    for (size_t i = 0; i < options->insns_sz / sizeof *all; i++)
        if (all[i].code == (BPF_LDX | BPF_MEM | BPF_W) && all[i].src_reg == BPF_REG_10 && all[i].off >= 0)
            all[i] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = all[i].dst_reg};
    options->insns = all;
    const int answer = bpf_load_and_run(options);
    free(all);
    return answer;
}

#define bpf_load_and_run load_and_run
#include "light.skel.h"
#include "light_2.skel.h"

#include "capture.skel.h" /* to compare */
#undef bpf_load_and_run
#pragma GCC diagnostic pop

_Static_assert(sizeof(struct light) == sizeof(struct light_2), "the sets differ in their programs' code alone");
_Static_assert(sizeof(*((struct light*)NULL)->rodata) == sizeof(*((struct capture*)NULL)->rodata) &&
                   sizeof(*((struct light*)NULL)->bss) == sizeof(*((struct capture*)NULL)->bss),
               "other hooks add nothing to what is shared");

#define OBJECT(name)                                                                              \
    static void* open_##name(void) { return name##__open(); }                                     \
    static int load_##name(void* skeleton) { return -name##__load(skeleton); }                    \
    static int attach_##name(void* skeleton) { return name##__attach(skeleton) < 0 ? errno : 0; } \
    static void detach_##name(void* skeleton) {                                                   \
        name##__detach(skeleton);                                                                 \
        memset(&((struct name*)skeleton)->links, 0, sizeof((struct name*)skeleton)->links);       \
    }                                                                                             \
    static void destroy_##name(void* skeleton) { name##__destroy(skeleton); }
OBJECT(light)
OBJECT(light_2)

#define ROW(name)                                                                                              \
    {                                                                                                          \
        open_##name, load_##name, attach_##name, detach_##name, destroy_##name, offsetof(struct name, rodata), \
            offsetof(struct name, bss)                                                                         \
    }
const struct light_object light_objects[2] = {ROW(light_2), ROW(light)};

#define NAMED_MAP(text, name) \
    { text, offsetof(struct light, maps.name.map_fd), offsetof(struct light, maps.name.max_entries) }
#define MAP(name) NAMED_MAP(#name, name)
const struct light_map light_maps[] = {
    MAP(ring),
    MAP(tasks),
    MAP(counters),
    MAP(traits),
    MAP(argument_sets),
    MAP(proc_entries),
    MAP(creds),
    MAP(stacks),
    MAP(objects),
    MAP(first_seen),
    MAP(user_stack_scratch),
    MAP(mapping_rings),
    MAP(refusals),
    NAMED_MAP(".bss", bss),
    NAMED_MAP(".rodata", rodata),
    {NULL, 0, 0},
};

#define PROGRAM(name, section) \
    { #name, section, offsetof(struct light, progs.name), offsetof(struct light, links.name##_fd) }
const struct light_program light_programs[] = {
    PROGRAM(tracepoint_check, "tp_btf/cap_capable"),
    PROGRAM(syscall_exit, "tp_btf/sys_exit"),
    PROGRAM(task_new, "tp_btf/task_newtask"),
    PROGRAM(task_exec, "tp_btf/sched_process_exec"),
    PROGRAM(task_renamed, "tp_btf/task_rename"),
    PROGRAM(task_moved, "tp_btf/cgroup_attach_task"),
    PROGRAM(task_exit, "tp_btf/sched_process_exit"),
    {"name_addresses", "syscall", offsetof(struct light, progs.name_addresses), 0},
    {NULL, NULL, 0, 0},
};
_Static_assert(sizeof light_programs / sizeof *light_programs - 1 ==
                   sizeof((struct light*)NULL)->progs / sizeof(struct bpf_prog_desc),
               "a row for each");
