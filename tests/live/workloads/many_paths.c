// SPDX-License-Identifier: Apache-2.0
//
// usage: many_paths COUNT ROUNDS
// Changes the owner of the file "f" by COUNT different names of it, ROUNDS times.
#include "workload.h"

#include <string.h>

// Writes each bit of the number as "./" or ".//".
static void name(char* to, unsigned number) {
    for (int bit = 0; bit < 20; ++bit)
        to = stpcpy(to, number >> bit & 1 ? ".//" : "./");
    strcpy(to, "f");
}

int main(int argc, char** argv) {
    char path[80];
    if (argc != 3)
        return 99;
    for (int round = 0; round < atoi(argv[2]); ++round)
        for (unsigned i = 0; i < (unsigned)atoi(argv[1]); ++i) {
            name(path, i);
            if (chown(path, 5, 5) != 0)
                fail(path);
        }
    return 0;
}
