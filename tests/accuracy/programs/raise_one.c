// SPDX-License-Identifier: Apache-2.0
// Works with one capability in its effective set, whatever it is permitted: raise_one NAME read|mark|link|touch [FILE].
#include <fcntl.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int raise_one(const char* name) {
    cap_value_t one;
    cap_flag_value_t permitted = CAP_CLEAR;
    cap_t sets = cap_get_proc();
    if (cap_from_name(name, &one) != 0 || cap_get_flag(sets, one, CAP_PERMITTED, &permitted) != 0)
        return 0;
    cap_clear_flag(sets, CAP_EFFECTIVE);
    if (permitted == CAP_SET)
        cap_set_flag(sets, CAP_EFFECTIVE, 1, &one, CAP_SET);
    return cap_set_proc(sets) == 0;
}

static int mark(void) {
    const int wanted = 3;
    return setsockopt(socket(AF_INET, SOCK_DGRAM, 0), SOL_SOCKET, SO_MARK, &wanted, sizeof wanted);
}

int main(int count, char** arguments) {
    if (count < 3 || !raise_one(arguments[1]))
        return 2;
    const char *work = arguments[2], *file = count > 3 ? arguments[3] : "";
    if (strcmp(work, "read") == 0)
        return open(file, O_RDONLY) < 0;
    if (strcmp(work, "link") == 0)
        return link(file, "linked") != 0;
    if (strcmp(work, "touch") == 0)
        return utimes(file, NULL) != 0;
    return mark() != 0;
}
