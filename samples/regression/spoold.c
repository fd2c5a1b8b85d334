// SPDX-License-Identifier: Apache-2.0
//
// A small service in two versions: it appends a line to its spool at a higher priority than others have, which needs
// CAP_SYS_NICE and nothing else.  Version 2 also gives the spool to its reader, and so needs CAP_CHOWN, which
// spoold.service does not leave it.
//
// usage: spoold FILE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { reader = 65534, priority = -5 };

static int hand_over(int spool) {
#if SPOOLD_VERSION >= 2
    return fchown(spool, reader, reader);
#else
    (void)spool;
    return 0;
#endif
}

static int append(int spool) {
    const char line[] = "a report\n";
    return write(spool, line, strlen(line)) == (ssize_t)strlen(line) ? 0 : -1;
}

int main(int argc, char** argv) {
    if (argc != 2) {
        fputs("usage: spoold FILE\n", stderr);
        return 2;
    }
    if (setpriority(PRIO_PROCESS, 0, priority) != 0) {
        perror("spoold: priority");
        return 1;
    }
    const int spool = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (spool < 0 || append(spool) != 0 || hand_over(spool) != 0) {
        perror("spoold: spool");
        return 1;
    }
    return 0;
}
