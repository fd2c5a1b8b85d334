// SPDX-License-Identifier: Apache-2.0
// keep_caps NUMBER: becomes nobody but keeps one capability, as a daemon with libcap does, and uses it: 0 gives a file
// away, 10 binds a low port.  Without an argument it only reads its sets and writes them back.
#include <arpa/inet.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int keep(cap_value_t one) {
    cap_t set = cap_init();
    return cap_set_flag(set, CAP_PERMITTED, 1, &one, CAP_SET) == 0 &&
           cap_set_flag(set, CAP_EFFECTIVE, 1, &one, CAP_SET) == 0 && cap_set_proc(set) == 0;
}

static int use(cap_value_t one) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(89)};
    if (one == CAP_CHOWN)
        return chown("f", 65534, 65534) == 0;
    return bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&address, sizeof address) == 0;
}

int main(int count, char** arguments) {
    if (count < 2)
        return cap_set_proc(cap_get_proc()) != 0;
    const cap_value_t one = atoi(arguments[1]);
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setgroups(0, 0) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
        return 1;
    return !(keep(one) && use(one));
}
