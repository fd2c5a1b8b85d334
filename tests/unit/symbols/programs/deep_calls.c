// SPDX-License-Identifier: Apache-2.0
//
// Many functions deep, every other one in a library, and makes a system call there.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int library_walk(int depth, int (*back)(int));

__attribute__((noinline)) static int ask(int depth) { return getppid() + depth; }

__attribute__((noinline)) static int deeper(int depth) {
    char room[64];
    int length = snprintf(room, sizeof room, "%d", depth);
    return length + (depth == 0 ? ask(depth) : library_walk(depth - 1, deeper)) + room[0];
}

static int compare(const void* a, const void* b) { return *(const int*)a - *(const int*)b + 0 * deeper(2); }

int main(void) {
    int numbers[4] = {3, 1, 2, 0};
    qsort(numbers, 4, sizeof numbers[0], compare);
    return deeper(6) == 0;
}
