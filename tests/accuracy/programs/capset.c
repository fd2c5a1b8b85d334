// SPDX-License-Identifier: Apache-2.0
// capset HOW CAPABILITY...: keeps just these and uses none.  blind: without reading its own sets; version: after asking
// for the version of the interface only, as ntpd does; careful: those of them that it has, as named does; copied: takes
// all others out of what it has; library: with libcap, blind; ng: with libcap-ng.
#include <cap-ng.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};

static int set_words(const char* how, unsigned long long wanted) {
    struct __user_cap_data_struct data[2] = {0}, had[2];
    if (!strcmp(how, "version") && syscall(SYS_capget, &header, NULL) != 0)
        return 1;
    if (!strcmp(how, "careful") || !strcmp(how, "copied")) {
        if (syscall(SYS_capget, &header, had) != 0)
            return 1;
        wanted &= (unsigned long long)had[1].permitted << 32 | had[0].permitted;
    }
    for (int word = 0; word < 2; ++word)
        data[word].effective = data[word].permitted = wanted >> 32 * word;
    return syscall(SYS_capset, &header, data) != 0;
}

static int set_with_libcap(const cap_value_t* list, int count) {
    cap_t set = cap_init();
    return cap_set_flag(set, CAP_PERMITTED, count, list, CAP_SET) != 0 || cap_set_proc(set) != 0;
}

static int set_with_libcap_ng(const cap_value_t* list, int count) {
    capng_clear(CAPNG_SELECT_BOTH);
    for (int i = 0; i < count; ++i)
        capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, list[i]);
    return capng_apply(CAPNG_SELECT_CAPS) != 0;
}

int main(int count, char** arguments) {
    cap_value_t list[41];
    unsigned long long wanted = 0;
    int length = 0;
    for (int i = 2; i < count && length < 41; ++i) {
        list[length] = atoi(arguments[i]);
        wanted |= 1ULL << list[length++];
    }
    if (count < 2)
        return 1;
    if (!strcmp(arguments[1], "library"))
        return set_with_libcap(list, length);
    if (!strcmp(arguments[1], "ng"))
        return set_with_libcap_ng(list, length);
    return set_words(arguments[1], wanted);
}
