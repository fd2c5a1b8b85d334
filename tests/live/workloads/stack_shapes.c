// SPDX-License-Identifier: Apache-2.0
//
// usage: stack_shapes SHAPE, one of the table below
// Makes one denied check of CAP_SYS_NICE (nice value -7) on a stack of some shape.
#include "workload.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <ucontext.h>

enum { nice_value = -7 };

static void check(void) {
    if (ask_for_priority(nice_value) == 0)
        fail("was granted");
}

// The words stand in the frame and in registers while the check is made.  They are made at run time, so the file does
// not have them.
static void with_secret(void) {
    volatile char secret[64];
    for (int i = 0; i < 64; ++i)
        secret[i] = (char)("KvHuWhlF"[i % 8] ^ 3);
    check();
    if (secret[0] == 0)  // it must be there until now
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

static void handle_on_this_stack(void) { handle(0); }
static void handle_on_another(void) { handle(SA_ONSTACK); }

static void with_large_room(void) {
    volatile char room[20 << 10];
    memset((char*)room, 1, sizeof room);
    check();
    if (room[0] == 0)
        fail("room");
}

struct work {
    void (*run)(void);
};

static void* in_thread(void* work) {
    ((struct work*)work)->run();
    return NULL;
}

static void thread(void (*run)(void)) {
    struct work work = {run};
    pthread_t id;
    if (pthread_create(&id, NULL, in_thread, &work) != 0 || pthread_join(id, NULL) != 0)
        fail("thread");
}

static void check_in_thread(void) { thread(check); }
static void large_room_in_thread(void) { thread(with_large_room); }
static void handle_in_thread(void) { thread(handle_on_this_stack); }

// Asks on a stack on the heap, as coroutines have.
static void on_a_context(void) {
    static char stack[65536];
    static ucontext_t back, there;
    if (getcontext(&there) != 0)
        fail("getcontext");
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &back;
    makecontext(&there, check, 0);
    if (swapcontext(&back, &there) != 0)
        fail("swapcontext");
}

// The child of a vfork, on a stack of its own in its parent's memory, asks before it executes.
static void in_a_spawned_child(void) {
    extern char** environ;
    static char* const command[] = {"true", NULL};
    const struct sched_param parameters = {.sched_priority = 1};
    posix_spawnattr_t attributes;
    pid_t child = 0;
    if (posix_spawnattr_init(&attributes) != 0 || posix_spawnattr_setschedpolicy(&attributes, SCHED_RR) != 0 ||
        posix_spawnattr_setschedparam(&attributes, &parameters) != 0 ||
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSCHEDULER) != 0)
        fail("attributes");
    if (posix_spawnp(&child, "true", NULL, &attributes, command, environ) == 0)
        fail("was granted");
}

int main(int argc, char** argv) {
    static const struct {
        const char* name;
        void (*run)(void);
    } shapes[] = {
        {"secret", with_secret},
        {"deep", with_much_stack},
        {"handler", handle_on_this_stack},
        {"alternate", handle_on_another},
        {"large", with_large_room},
        {"thread", check_in_thread},
        {"thread_large", large_room_in_thread},
        {"thread_handler", handle_in_thread},
        {"context", on_a_context},
        {"spawn", in_a_spawned_child},
    };
    become_nobody();
    for (size_t i = 0; argc == 2 && i < sizeof shapes / sizeof shapes[0]; ++i)
        if (strcmp(shapes[i].name, argv[1]) == 0) {
            shapes[i].run();
            return 0;
        }
    return 99;
}
