// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/syscall_traits.h"

#include <string_view>

#include "schema/syscalls.h"

namespace caprec {
namespace {

struct TraitRow {
    std::string_view name;
    SyscallTraits traits;
};

constexpr TraitRow trait_rows[] = {
    {"access", {.asks_for_access = true, .looks_up = true}},
    {"faccessat", {.asks_for_access = true, .looks_up = true}},
    {"faccessat2", {.asks_for_access = true, .access_flags = 4, .looks_up = true}},
    {"brk", {.accounts_memory = true}},
    {"mmap", {.accounts_memory = true}},
    {"mmap2", {.accounts_memory = true}},
    {"mprotect", {.accounts_memory = true}},
    {"pkey_mprotect", {.accounts_memory = true}},
    {"mremap", {.accounts_memory = true}},
    {"fork", {.accounts_memory = true}},
    {"vfork", {.accounts_memory = true}},
    {"clone", {.accounts_memory = true, .new_namespaces_by_flag = true}},
    {"clone3", {.accounts_memory = true, .new_namespaces_by_memory = true}},
    {"execve", {.accounts_memory = true, .executes = true, .looks_up = true}},
    {"execveat", {.accounts_memory = true, .executes = true, .looks_up = true}},
    {"stat", {.looks_up = true}},
    {"lstat", {.looks_up = true}},
    {"stat64", {.looks_up = true}},
    {"lstat64", {.looks_up = true}},
    {"newfstatat", {.looks_up = true}},
    {"fstatat64", {.looks_up = true}},
    {"statx", {.looks_up = true}},
    {"readlink", {.looks_up = true}},
    {"readlinkat", {.looks_up = true}},
    {"mount", {.mounts = true}},
    {"fsconfig", {.mounts = true}},
    {"fsmount", {.mounts = true}},
    {"io_uring_enter", {.result_elsewhere = true}},
    {"unshare", {.new_namespaces_by_flag = true}},
    {"fanotify_init", {.fanotify_init = true}},
    {"setsockopt", {.socket_option = true}},
    {"perf_event_open", {.opens_event = true}},
    {"bpf", {.bpf = true}},
    {"setrlimit", {.sets_limit = true}},
    {"prlimit64", {.sets_limit = true}},
    {"setpriority", {.of_several = true, .of_one = 0}},  // PRIO_PROCESS
    {"ioprio_set", {.of_several = true, .of_one = 1}},   // IOPRIO_WHO_PROCESS
    {"setns", {.joins_namespace = true}},
    {"kill", {.signal_argument = 2}},
    {"tkill", {.signal_argument = 2}},
    {"tgkill", {.signal_argument = 3}},
    {"rt_sigqueueinfo", {.signal_argument = 2}},
    {"rt_tgsigqueueinfo", {.signal_argument = 3}},
    {"pidfd_send_signal", {.signal_argument = 2}},
    {"pread64", {.reads_at = true}},
    {"setuid", {.sets = SyscallTraits::Sets::uid}},
    {"setuid32", {.sets = SyscallTraits::Sets::uid}},
    {"setgid", {.sets = SyscallTraits::Sets::gid}},
    {"setgid32", {.sets = SyscallTraits::Sets::gid}},
    {"setgroups", {.sets = SyscallTraits::Sets::groups}},
    {"setgroups32", {.sets = SyscallTraits::Sets::groups}},
    {"chmod", {.mode_argument = 2}},
    {"fchmod", {.mode_argument = 2}},
    {"fchmodat", {.mode_argument = 3}},
    {"fchmodat2", {.mode_argument = 3}},
    {"open", {.open_argument = 2, .mode_argument = 3}},
    {"openat", {.open_argument = 3, .mode_argument = 4}},
    {"write", {.writes = true}},
    {"pwrite64", {.writes = true}},
    {"writev", {.writes = true}},
    {"pwritev", {.writes = true}},
    {"pwritev2", {.writes = true}},
    {"openat2",
     {.writes = true, .mode_in_memory = true}},  // its flags are in memory that was not recorded: the worst is assumed
    {"creat", {.writes = true, .mode_argument = 2}},
    {"mknod", {.mode_argument = 2}},
    {"mknodat", {.mode_argument = 3}},
};

// x32 numbers carry bit 30 (__X32_SYSCALL_BIT).
constexpr std::uint64_t number_mask = ~(std::uint64_t{1} << 30);

}  // namespace

SyscallTable::SyscallTable() {
    for (std::size_t abi = 1; abi < abis; ++abi) {
        by_abi_[abi].resize(numbers);
        for (const TraitRow& row : trait_rows) {
            const auto number = syscall_number(static_cast<Abi>(abi), row.name);
            if (number && (*number & number_mask) < numbers)
                by_abi_[abi][*number & number_mask] = row.traits;
        }
    }
}

SyscallTraits SyscallTable::traits(std::uint64_t abi, std::uint64_t number) const {
    number &= number_mask;
    return abi > 0 && abi < abis && number < numbers ? by_abi_[abi][number] : SyscallTraits{};
}

}  // namespace caprec
