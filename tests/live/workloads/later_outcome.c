// SPDX-License-Identifier: Apache-2.0
//
// usage: later_outcome COUNT
// Asks for the same COUNT times and gets it, then COUNT times in vain: the name to set is nowhere, which the kernel
// finds out after it has checked CAP_SYS_ADMIN.  In a UTS namespace of its own.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <sys/mman.h>

#include "workload.h"

int main(int argc, char** argv) {
    const long count = argc > 1 ? atol(argv[1]) : 1;
    char* page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED || unshare(CLONE_NEWUTS) != 0)
        fail("unshare");
    for (long i = 0; i < count; ++i)
        if (sethostname(page, 4) != 0)
            fail("sethostname");
    munmap(page, 4096);
    for (long i = 0; i < count; ++i)
        if (sethostname(page, 4) == 0 || errno != EFAULT)
            fail("sethostname did not fail");
    return 0;
}
