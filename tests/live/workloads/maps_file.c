// SPDX-License-Identifier: Apache-2.0
//
// usage: maps_file FILE
// Maps the file as code, moves its own break, and makes checks: of memory, and one of CAP_CHOWN.
#include "workload.h"

#include <fcntl.h>
#include <sys/mman.h>

int main(int argc, char** argv) {
    if (argc != 2)
        return 99;
    const int file = open(argv[1], O_RDONLY);
    if (file < 0 || mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED)
        fail("mmap");
    if (mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        fail("mmap");
    if (sbrk(1 << 20) == (void*)-1)
        fail("sbrk");
    if (chown(argv[1], 7, 7) != 0 && errno != EPERM)
        fail("chown");
    return 0;
}
