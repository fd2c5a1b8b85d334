// SPDX-License-Identifier: Apache-2.0
#include "chain.h"

#include <stdlib.h>
#include <string.h>

#define FRAME __attribute__((noinline))

static FRAME int open_inner(Step* next, int number) {
    return next(number + 1) + 1;  // in open_inner
}

int library_open(Step* next, int number) {
    return open_inner(next, number + 1) + 1;  // in library_open
}

static Step* step_of_sort;

static int compare(const void* one, const void* other) {
    const int order = *(const int*)one - *(const int*)other;
    return step_of_sort(order) + order;  // in compare
}

// The callback comes back through the C library.
int library_sort(Step* next, int number) {
    int pair[2] = {number, number + 1};
    step_of_sort = next;
    qsort(pair, 2, sizeof pair[0], compare);  // in library_sort
    return pair[0] + 1;
}

// A frame whose size is known only at run time.
static FRAME int room_inner(Step* next, int number) {
    char room[(number & 15) + 100];
    memset(room, number, sizeof room);
    const int answer = next(number + 1);  // in room_inner
    return answer + room[number & 7];
}

static inline __attribute__((always_inline)) int room_outer(Step* next, int number) {
    return room_inner(next, number * 2) + 1;  // in room_outer
}

int library_room(Step* next, int number) {
    return room_outer(next, number + 1) + 1;  // in library_room
}
