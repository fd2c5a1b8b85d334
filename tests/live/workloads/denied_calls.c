// SPDX-License-Identifier: Apache-2.0
//
// usage: denied_calls COUNT [THREADS]
// As nobody, asks COUNT times in each of THREADS threads for a better priority: one denied check of CAP_SYS_NICE
// and one failing setpriority each.
#include "workload.h"

#include <pthread.h>

static long count;

static void* ask(void* unused) {
    for (long left = count; left > 0; --left)
        if (ask_for_priority(-5) == 0)
            fail("a better priority was granted");
    return unused;
}

int main(int argc, char** argv) {
    const int threads = argc > 2 ? atoi(argv[2]) : 1;
    pthread_t others[64];
    if (argc < 2 || threads < 1 || threads > 64)
        return 99;
    count = atol(argv[1]);
    become_nobody();
    for (int i = 1; i < threads; ++i)
        if (pthread_create(&others[i], NULL, ask, NULL) != 0)
            fail("pthread_create");
    ask(NULL);
    for (int i = 1; i < threads; ++i)
        pthread_join(others[i], NULL);
    return 0;
}
