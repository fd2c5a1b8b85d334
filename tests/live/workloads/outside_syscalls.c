// SPDX-License-Identifier: Apache-2.0
//
// usage: outside_syscalls stack | signal | interrupt FIFO
// Checks that are made where no syscall is, or around one that does not simply return:
//   stack      a denied setpriority(-1), then 4 MiB of stack growth, then setpriority(-2)
//   signal     setpriority(-3) inside of a signal handler, and (-4) right behind the return from it
//   interrupt  opens FIFO, which needs a capability and then waits for ever: a signal ends it with EINTR;
//              then setpriority(-5)
#include "workload.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

static __attribute__((noinline)) int grow_stack(void) {
    volatile char pages[4 << 20];
    for (size_t at = sizeof pages; at >= 4096; at -= 4096)
        pages[at - 1] = 1;
    return pages[4095];
}

static void on_signal(int number) {
    (void)number;
    ask_for_priority(-3);
}

static void on_alarm(int number) { (void)number; }

static void handle(int number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    if (sigaction(number, &action, NULL) != 0)
        fail("sigaction");
}

int main(int argc, char** argv) {
    const char* mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "stack") == 0) {
        become_nobody();
        ask_for_priority(-1);
        if (grow_stack() != 1)
            return 99;
        ask_for_priority(-2);
        return 0;
    }
    if (strcmp(mode, "signal") == 0) {
        become_nobody();
        handle(SIGUSR1, on_signal);
        raise(SIGUSR1);
        ask_for_priority(-4);
        return 0;
    }
    if (strcmp(mode, "interrupt") == 0 && argc == 3) {
        handle(SIGALRM, on_alarm);
        const struct itimerval soon_and_again = {{0, 100000}, {0, 100000}};
        if (setitimer(ITIMER_REAL, &soon_and_again, NULL) != 0)
            fail("setitimer");
        if (open(argv[2], O_RDONLY) != -1 || errno != EINTR)
            fail("open was not interrupted");
        ask_for_priority(-5);
        return 0;
    }
    return 99;
}
