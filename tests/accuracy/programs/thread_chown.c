// SPDX-License-Identifier: Apache-2.0
// Threads with credentials of their own: one gives up its user id by the bare system call, the other keeps it and
// gives a file away.
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static void* become_nobody(void* result) {
    *(int*)result = syscall(SYS_setresuid, 65534, 65534, 65534) == 0 && chown("f", 0, 0) != 0;
    return result;
}

static void* give_away(void* result) {
    *(int*)result = chown("f", 65534, 65534) == 0;
    return result;
}

int main(void) {
    pthread_t thread;
    int first = 0;
    int second = 0;
    if (pthread_create(&thread, 0, become_nobody, &first) != 0 || pthread_join(thread, 0) != 0)
        return 1;
    if (pthread_create(&thread, 0, give_away, &second) != 0 || pthread_join(thread, 0) != 0)
        return 1;
    return !(first && second);
}
