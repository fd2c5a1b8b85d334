// SPDX-License-Identifier: Apache-2.0
//
// usage: exec_storm COUNT
// Executes itself COUNT times, each time with new arguments of 4 KiB.
#include "workload.h"

#include <string.h>

int main(int argc, char** argv) {
    static char left[24], filler[4000];
    if (argc < 2)
        return 99;
    const long count = atol(argv[1]);
    if (count <= 0)
        return 0;
    memset(filler, 'x', sizeof filler - 1);
    snprintf(left, sizeof left, "%ld", count - 1);
    memcpy(filler, left, strlen(left));
    execv("/proc/self/exe", (char*[]){argv[0], left, filler, NULL});
    fail("execv");
}
