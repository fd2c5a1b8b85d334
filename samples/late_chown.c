// SPDX-License-Identifier: Apache-2.0
//
// A daemon: it forks away from its starter (two forks and a session of its own), and one second later gives
// its file to nobody.  The starter is long gone by then: only a recording that waits for the last descendant
// (caprec --wait) sees that CAP_CHOWN is needed.
//
// usage: late_chown FILE       creates FILE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { nobody = 65534 };

static void leave_parent(void) {
    const pid_t child = fork();
    if (child < 0) {
        perror("late_chown: fork");
        exit(1);
    }
    if (child > 0)
        _exit(0);
}

int main(int argc, char** argv) {
    if (argc != 2) {
        fputs("usage: late_chown FILE\n", stderr);
        return 2;
    }
    const int file = open(argv[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        perror("late_chown: open");
        return 1;
    }
    leave_parent();
    setsid();
    leave_parent();
    sleep(1);
    return fchown(file, nobody, nobody) == 0 ? 0 : 1;
}
