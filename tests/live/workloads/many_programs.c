// SPDX-License-Identifier: Apache-2.0
//
// usage: many_programs COUNT PROGRAM [ARGUMENTS]
// Runs the program COUNT times, a few at a time.
#include "workload.h"

#include <spawn.h>
#include <sys/wait.h>

enum { at_a_time = 4 };

static void wait_for_one(void) {
    int status = 0;
    if (wait(&status) < 0 || status != 0)
        fail("a child");
}

int main(int argc, char** argv) {
    extern char** environ;
    if (argc < 3)
        return 99;
    const long count = atol(argv[1]);
    for (long i = 0; i < count; ++i) {
        pid_t child = 0;
        if (i >= at_a_time)
            wait_for_one();
        if (posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ) != 0)
            fail(argv[2]);
    }
    for (long i = 0; i < count && i < at_a_time; ++i)
        wait_for_one();
    return 0;
}
