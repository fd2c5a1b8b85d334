// SPDX-License-Identifier: Apache-2.0
#include "recorder/entry_paths.h"

#include <linux/securebits.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "schema/blind_spots.h"

namespace caprec {
namespace {

// PR_CAPBSET_DROP asks for CAP_SETPCAP before it looks at its argument, and this argument is no capability.
bool drop_nothing() {
    (void)prctl(PR_CAPBSET_DROP, 9999, 0, 0, 0);
    return true;
}

bool map_a_page() {
    void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return false;
    munmap(page, 4096);
    return true;
}

bool set_what_is_set() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2]{};
    return syscall(SYS_capget, &header, sets) == 0 && syscall(SYS_capset, &header, sets) == 0;
}

bool keep_securebits() {
    const int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
    if (bits < 0)
        return false;
    (void)prctl(PR_SET_SECUREBITS, static_cast<unsigned long>(bits), 0, 0, 0);
    return true;
}

constexpr EntryPath paths[path_count] = {
    {"a check by a security module's hook", CAP_SETPCAP, SYS_prctl, drop_nothing},
    {memory_accounting.data(), CAP_SYS_ADMIN, SYS_mmap, map_a_page},
    {"capset", CAP_SETPCAP, SYS_capset, set_what_is_set},
    {"prctl(PR_SET_SECUREBITS)", CAP_SETPCAP, SYS_prctl, keep_securebits},
};

}  // namespace

std::span<const EntryPath, path_count> entry_paths() { return paths; }

}  // namespace caprec
