// SPDX-License-Identifier: Apache-2.0
//
// The workloads share these: a check that is made on purpose, and giving up root.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { nobody = 65534 };

// Ends the program with a message: a workload that cannot do its work must not look like one that did.
static inline void fail(const char* what) {
    perror(what);
    exit(99);
}

static inline void become_nobody(void) {
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setresgid(nobody, nobody, nobody) != 0 || setresuid(nobody, nobody, nobody) != 0))
        fail("cannot become nobody");
}

// One check of CAP_SYS_NICE, denied to nobody.  The nice value tells one call from another in the trace.  Returns
// the errno, 0 when it was granted.
static inline int ask_for_priority(int nice_value) {
    return syscall(SYS_setpriority, PRIO_PROCESS, 0, nice_value) == 0 ? 0 : errno;
}
