// SPDX-License-Identifier: Apache-2.0
//
// The bench's workloads.  usage: loop KIND COUNT; prints the seconds that COUNT calls took.
//   denied    setpriority(PRIO_PROCESS, 0, -5) as nobody: one denied capability check a call
//   getppid   a syscall that makes no check
//   fork      processes that end at once
#define _GNU_SOURCE
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { nobody = 65534 };

static int become_nobody(void) {
    return geteuid() != 0 || (setgroups(0, NULL) == 0 && setresgid(nobody, nobody, nobody) == 0 &&
                              setresuid(nobody, nobody, nobody) == 0);
}

static int denied(void) { return setpriority(PRIO_PROCESS, 0, -5) == -1; }

static int getppid_call(void) { return syscall(SYS_getppid) >= 0; }

static int fork_call(void) {
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0 && waitpid(child, NULL, 0) == child;
}

static const struct {
    const char* name;
    int (*call)(void);  // true when it did what it should
    int drop;           // run it as nobody
} kinds[] = {{"denied", denied, 1}, {"getppid", getppid_call, 0}, {"fork", fork_call, 0}};

int main(int argc, char** argv) {
    for (size_t i = 0; argc == 3 && i < sizeof kinds / sizeof kinds[0]; ++i) {
        if (strcmp(argv[1], kinds[i].name) != 0)
            continue;
        if (kinds[i].drop && !become_nobody()) {
            perror("loop: cannot become nobody");
            return 2;
        }
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (long left = atol(argv[2]); left > 0; --left) {
            if (!kinds[i].call()) {
                perror("loop");
                return 1;
            }
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%.6f\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
        return 0;
    }
    fputs("usage: loop denied|getppid|fork COUNT\n", stderr);
    return 2;
}
