// SPDX-License-Identifier: Apache-2.0
//
// usage: threads THREADS ROUNDS
// In each thread, ROUNDS times: a call without a check, a denied setpriority, and a denied fchownat.
#include "workload.h"

#include <fcntl.h>
#include <pthread.h>

static int rounds;

static void* work(void* unused) {
    for (int i = 0; i < rounds; ++i) {
        syscall(SYS_getppid);
        if (ask_for_priority(-(i % 20) - 1) == 0 || fchownat(AT_FDCWD, "/", 0, 0, AT_SYMLINK_NOFOLLOW) == 0)
            fail("was granted");
    }
    return unused;
}

int main(int argc, char** argv) {
    pthread_t threads[32];
    const int count = argc == 3 ? atoi(argv[1]) : 0;
    if (count < 1 || count > 32)
        return 99;
    rounds = atoi(argv[2]);
    become_nobody();
    for (int i = 0; i < count; ++i)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            fail("pthread_create");
    for (int i = 0; i < count; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
