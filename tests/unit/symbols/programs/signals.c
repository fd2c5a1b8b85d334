// SPDX-License-Identifier: Apache-2.0
//
// Signal handlers that make system calls: on the stack they interrupt and, with an argument, on one of their own; and
// threads that are interrupted, too.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void handle(int number) {
    (void)number;
    getppid();
}

__attribute__((noinline)) static int interrupted(int depth) {
    volatile char room[2000];
    room[0] = (char)depth;
    return depth == 0 ? raise(SIGUSR1) : interrupted(depth - 1) + room[0];
}

static void* run(void* unused) {
    interrupted(3);
    getpid();
    return unused;
}

int main(int argc, char** argv) {
    (void)argv;
    struct sigaction action = {.sa_handler = handle, .sa_flags = argc > 1 ? SA_ONSTACK : 0};
    stack_t own = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
    if (argc > 1)
        sigaltstack(&own, NULL);
    sigaction(SIGUSR1, &action, NULL);
    interrupted(5);
    pthread_t threads[2];
    for (int i = 0; i < 2; ++i)
        pthread_create(&threads[i], NULL, run, NULL);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
