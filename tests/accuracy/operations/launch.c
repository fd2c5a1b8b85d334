// SPDX-License-Identifier: Apache-2.0
//
// Runs a command with the capabilities that this file has, which become ambient.
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char** argv) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (argc < 2 || syscall(SYS_capget, &header, data) != 0)
        return 125;
    for (int half = 0; half < 2; ++half)
        data[half].inheritable = data[half].permitted;
    if (syscall(SYS_capset, &header, data) != 0)
        return 125;
    for (int cap = 0; cap < 64; ++cap)
        if (data[cap / 32].permitted >> cap % 32 & 1)
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
    execv(argv[1], argv + 1);
    return 126;
}
