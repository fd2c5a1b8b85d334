// SPDX-License-Identifier: Apache-2.0
//
// usage: proc_folders COUNT PID
// As nobody with CAP_DAC_READ_SEARCH, and undumpable, so that its files in /proc are root's: opens /proc/self/fd COUNT
// times, which asks for the capability and is allowed anyway; then /proc/PID/fd, by an equal call.
#include "workload.h"

#include <fcntl.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>

__attribute__((noinline)) static void look_at(const char* folder) {
    const int fd = open(folder, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        fail(folder);
    close(fd);
}

int main(int argc, char** argv) {
    if (argc != 3)
        return 99;
    char folder[64];
    const cap_value_t kept = CAP_DAC_READ_SEARCH;
    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    become_nobody();
    cap_t set = cap_init();
    if (cap_set_flag(set, CAP_PERMITTED, 1, &kept, CAP_SET) != 0 ||
        cap_set_flag(set, CAP_EFFECTIVE, 1, &kept, CAP_SET) != 0 || cap_set_proc(set) != 0)
        fail("capset");
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    strcpy(folder, "/proc/self/fd");
    for (long count = atol(argv[1]); count > 0; --count)
        look_at(folder);
    snprintf(folder, sizeof folder, "/proc/%s/fd", argv[2]);
    look_at(folder);
    return 0;
}
