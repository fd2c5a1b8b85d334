// SPDX-License-Identifier: Apache-2.0
//
// usage: stack_shapes secret|deep|handler|alternate|thread
// Makes one denied check of CAP_SYS_NICE (nice value -7) on a stack of some shape.
#include "workload.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

enum { nice_value = -7 };

static void check(void) {
    if (ask_for_priority(nice_value) == 0)
        fail("was granted");
}

// The words stand in the frame and in registers while the check is made.  Made at run time: the file has them not.
static void with_secret(void) {
    volatile char secret[64];
    for (int i = 0; i < 64; ++i)
        secret[i] = (char)("KvHuWhlF"[i % 8] ^ 3);
    check();
    if (secret[0] == 0)  // it is there until now
        fail("secret");
}

static void with_much_stack(void) {
    volatile char much[50000];
    memset((char*)much, 1, sizeof much);
    check();
    if (much[0] == 0)
        fail("much");
}

static void on_signal(int signal) {
    (void)signal;
    check();
}

static void handle(int flags) {
    static char other[65536];
    const stack_t alternate = {.ss_sp = other, .ss_size = sizeof other};
    const struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    if (sigaltstack(&alternate, NULL) != 0 || sigaction(SIGUSR1, &action, NULL) != 0 || raise(SIGUSR1) != 0)
        fail("signal");
}

static void* in_thread(void* unused) {
    check();
    return unused;
}

static void thread(void) {
    pthread_t id;
    if (pthread_create(&id, NULL, in_thread, NULL) != 0 || pthread_join(id, NULL) != 0)
        fail("thread");
}

int main(int argc, char** argv) {
    const char* shape = argc == 2 ? argv[1] : "";
    become_nobody();
    if (strcmp(shape, "secret") == 0)
        with_secret();
    else if (strcmp(shape, "deep") == 0)
        with_much_stack();
    else if (strcmp(shape, "handler") == 0)
        handle(0);
    else if (strcmp(shape, "alternate") == 0)
        handle(SA_ONSTACK);
    else if (strcmp(shape, "thread") == 0)
        thread();
    else
        return 99;
    return 0;
}
