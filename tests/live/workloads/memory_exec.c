// SPDX-License-Identifier: Apache-2.0
//
// usage: memory_exec PROGRAM [ARGUMENTS]
// Runs a copy of the program that has no name in any directory (memfd_create, fexecve).
#include "workload.h"

#include <fcntl.h>
#include <sys/mman.h>

extern char** environ;

int main(int argc, char** argv) {
    char buffer[65536];
    ssize_t got;
    if (argc < 2)
        return 99;
    const int from = open(argv[1], O_RDONLY | O_CLOEXEC);
    const int to = memfd_create("nameless", MFD_CLOEXEC);
    if (from < 0 || to < 0)
        fail(argv[1]);
    while ((got = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, (size_t)got) != got)
            fail("write");
    fexecve(to, argv + 1, environ);
    fail("fexecve");
}
