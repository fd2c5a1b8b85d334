// SPDX-License-Identifier: Apache-2.0
//
// usage: many_children COUNT
// COUNT processes, one after the other, each ending at once.
#include "workload.h"

#include <sys/wait.h>

int main(int argc, char** argv) {
    for (long left = argc > 1 ? atol(argv[1]) : 0; left > 0; --left) {
        const pid_t pid = fork();
        if (pid == 0)
            _exit(3);
        if (pid < 0 || waitpid(pid, NULL, 0) != pid)
            fail("fork");
    }
    return 0;
}
