// SPDX-License-Identifier: Apache-2.0
//
// usage: exec_from_thread PROGRAM [ARGUMENTS]
// Runs the program from a thread that is not the first one, after that thread has asked for priority -13.
#include "workload.h"

#include <pthread.h>

static void* run(void* words) {
    char** argv = words;
    ask_for_priority(-13);
    execv(argv[0], argv);
    fail("execv");
    return NULL;
}

int main(int argc, char** argv) {
    pthread_t thread;
    if (argc < 2)
        return 99;
    become_nobody();
    if (pthread_create(&thread, NULL, run, argv + 1) != 0)
        fail("pthread_create");
    pause();
    return 98;
}
