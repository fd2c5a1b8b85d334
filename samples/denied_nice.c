// SPDX-License-Identifier: Apache-2.0
//
// Becomes nobody and then asks for a better priority, which needs CAP_SYS_NICE: the kernel refuses with EACCES.
// Exit status 0 when it was refused, as it should be; 1 when it was granted.
//
// usage: denied_nice           as root, or as any user
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { nobody = 65534 };

int main(void) {
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setresgid(nobody, nobody, nobody) != 0 || setresuid(nobody, nobody, nobody) != 0)) {
        perror("denied_nice: cannot become nobody");
        return 2;
    }
    errno = 0;
    if (setpriority(PRIO_PROCESS, 0, -5) == 0)
        return 1;
    perror("setpriority");
    return 0;
}
