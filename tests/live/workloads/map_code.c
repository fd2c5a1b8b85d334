// SPDX-License-Identifier: Apache-2.0
//
// usage: map_code FILE
// Maps the file as code and unmaps it, until it is killed; says so at the beginning.
#include "workload.h"

#include <fcntl.h>
#include <sys/mman.h>

int main(int argc, char** argv) {
    const int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0)
        return 99;
    puts("mapping");
    fflush(stdout);
    while (1) {
        void* code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
        if (code == MAP_FAILED || munmap(code, 4096) != 0)
            fail("mmap");
    }
}
