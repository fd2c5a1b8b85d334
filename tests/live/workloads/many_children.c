// SPDX-License-Identifier: Apache-2.0
//
// usage: many_children COUNT
// COUNT processes, one after the other, each ending at once; each tenth with memory of its own (fork, not vfork).
#include "workload.h"

#include <sys/wait.h>

static pid_t child(long number) {
    const pid_t pid = number % 10 == 0 ? fork() : vfork();
    if (pid == 0)
        _exit(3);
    return pid;
}

int main(int argc, char** argv) {
    for (long left = argc > 1 ? atol(argv[1]) : 0; left > 0; --left) {
        const pid_t pid = child(left);
        if (pid < 0 || waitpid(pid, NULL, 0) != pid)
            fail("fork");
    }
    return 0;
}
