// SPDX-License-Identifier: Apache-2.0
//
// usage: new_tasks fork | vfork | clone3 | thread | spawn
// As nobody, makes a task in that way, which at once asks for priority -11 (spawn: runs this program again, which does
// so); the creator asks for -12 when the new task has ended.
#include "workload.h"

#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

extern char** environ;

static _Noreturn void child(void) {
    ask_for_priority(-11);
    _exit(0);
}

static void* in_thread(void* unused) {
    ask_for_priority(-11);
    return unused;
}

static pid_t vfork_child(void) {
    const pid_t pid = vfork();
    if (pid == 0) {
        syscall(SYS_setpriority, PRIO_PROCESS, 0, -11);
        _exit(0);
    }
    return pid;
}

static pid_t clone3_child(void) {
    struct clone_args args = {.exit_signal = SIGCHLD};
    const pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0)
        child();
    return pid;
}

static pid_t spawn_child(char* program) {
    char* words[] = {program, "spawned", NULL};
    pid_t pid = -1;
    return posix_spawn(&pid, "/proc/self/exe", NULL, NULL, words, environ) == 0 ? pid : -1;
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "";
    become_nobody();
    if (strcmp(way, "spawned") == 0)
        child();
    if (strcmp(way, "thread") == 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, in_thread, NULL) != 0)
            fail("pthread_create");
        pthread_join(thread, NULL);
    } else {
        pid_t pid = -1;
        if (strcmp(way, "fork") == 0) {
            pid = fork();
            if (pid == 0)
                child();
        } else if (strcmp(way, "vfork") == 0) {
            pid = vfork_child();
        } else if (strcmp(way, "clone3") == 0) {
            pid = clone3_child();
        } else if (strcmp(way, "spawn") == 0) {
            pid = spawn_child(argv[0]);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) != pid)
            fail(way);
    }
    ask_for_priority(-12);
    return 0;
}
