// SPDX-License-Identifier: Apache-2.0
//
// Makes one denied check of CAP_SYS_NICE, many functions deep, and ends.
#include "../workloads/workload.h"

#include <stdlib.h>

#include "chain.h"

#define FRAME __attribute__((noinline))

static FRAME int ask(int number) {
    const int answer = ask_for_priority(number - 7);  // in ask
    return answer + number;
}

// Never returns, and its caller ends with the call: the return address lies behind the caller's last instruction.
static FRAME __attribute__((noreturn)) void ask_and_leave(int number) {
    exit(ask(0 * number) == 0);  // in ask_and_leave
}

static FRAME int call_of_no_return(int number) {
    ask_and_leave(number + 1);  // in call_of_no_return
}

static FRAME int behind_it(int number) { return rand() + number; }

static inline __attribute__((always_inline)) int inlined_inner(int number) {
    return call_of_no_return(number + 1) + 1;  // in inlined_inner
}

static inline __attribute__((always_inline)) int inlined_outer(int number) {
    return inlined_inner(number * 3) + 1;  // in inlined_outer
}

static FRAME int before_leaving(int number) {
    return inlined_outer(number + 1) + 1;  // in before_leaving
}

static FRAME int to_room(int number) {
    return library_room(before_leaving, number + 1) + 1;  // in to_room
}

static FRAME int to_sort(int number) {
    return library_sort(to_room, number + 1) + 1;  // in to_sort
}

static FRAME int to_open(int number) {
    return library_open(to_sort, number + 1) + 1;  // in to_open
}

int main(int argc, char** argv) {
    (void)argv;
    become_nobody();
    if (argc > 5)
        return behind_it(argc);
    return to_open(argc) + 1;  // in main
}
