// SPDX-License-Identifier: Apache-2.0
//
// usage: change_inheritable keep | widen
// capset(2) twice: gives up CAP_SYS_BOOT, then adds to the inheritable set what is permitted (keep), which does not
// need CAP_SETPCAP, or the capability given up (widen), which does.
#include "workload.h"

#include <linux/capability.h>
#include <string.h>

static void set(__u32 permitted_word, __u32 inheritable_word) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0)
        fail("capget");
    data[0].permitted &= permitted_word;
    data[0].effective &= permitted_word;
    data[0].inheritable |= inheritable_word;
    if (syscall(SYS_capset, &header, data) != 0)
        fail("capset");
}

int main(int argc, char** argv) {
    if (argc != 2)
        return 99;
    const __u32 boot = 1U << CAP_SYS_BOOT, chown = 1U << CAP_CHOWN;
    set(~boot, 0);
    set(~boot, strcmp(argv[1], "widen") == 0 ? boot : chown);
    return 0;
}
