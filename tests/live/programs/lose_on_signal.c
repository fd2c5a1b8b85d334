// SPDX-License-Identifier: Apache-2.0
//
// A library to preload.  Whoever sends its program SIGRTMAX with the number of a capability (sigqueue(3)) takes that
// capability from it, for good and for all that it starts: so a daemon that is up can lose what it needed before.
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void lose(int signal, siginfo_t* info, void* context) {
    (void)signal, (void)context;
    const int before = errno;
    const unsigned number = (unsigned)info->si_value.sival_int % 64;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
    if (syscall(SYS_capget, &header, sets) == 0) {
        const __u32 others = ~(1u << number % 32);
        sets[number / 32].effective &= others;
        sets[number / 32].permitted &= others;
        sets[number / 32].inheritable &= others;
        syscall(SYS_capset, &header, sets);
    }
    errno = before;
}

__attribute__((constructor)) static void listen_for_it(void) {
    struct sigaction action = {.sa_sigaction = lose, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, SIGRTMAX);
    sigaction(SIGRTMAX, &action, NULL);
    sigprocmask(SIG_UNBLOCK, &own, NULL);
}
