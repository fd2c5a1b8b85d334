// SPDX-License-Identifier: Apache-2.0
#include "recorder/traits.h"

#include <string_view>

#include "schema/syscalls.h"

namespace caprec {
namespace {

struct Row {
    std::string_view name;
    ev_syscall_traits traits;
};

constexpr ev_syscall_traits path(std::uint8_t argument, std::uint8_t flags = 0) {
    return {flags, EV_OBJECT_PATH, argument, 0};
}
constexpr ev_syscall_traits address(std::uint8_t argument, std::uint8_t length) {
    return {0, EV_OBJECT_SOCKET_ADDRESS, argument, length};
}
constexpr ev_syscall_traits command(std::uint8_t argument, std::uint8_t bytes) {
    return {0, EV_OBJECT_COMMAND, argument, bytes};
}
constexpr ev_syscall_traits changes_creds{EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0};
constexpr ev_syscall_traits creates_task{EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0};

// Argument positions are those of the manual pages, the same in every ABI.
constexpr Row table[] = {
    // paths
    {"open", path(0)},
    {"openat", path(1)},
    {"openat2", path(1)},
    {"creat", path(0)},
    {"execve", path(0)},
    {"execveat", path(1)},
    {"stat", path(0)},
    {"lstat", path(0)},
    {"stat64", path(0)},
    {"lstat64", path(0)},
    {"newfstatat", path(1)},
    {"fstatat64", path(1)},
    {"statx", path(1)},
    {"access", path(0)},
    {"faccessat", path(1)},
    {"faccessat2", path(1)},
    {"readlink", path(0)},
    {"readlinkat", path(1)},
    {"chdir", path(0)},
    {"chroot", path(0)},
    {"mkdir", path(0)},
    {"mkdirat", path(1)},
    {"rmdir", path(0)},
    {"unlink", path(0)},
    {"unlinkat", path(1)},
    {"rename", path(0)},
    {"renameat", path(1)},
    {"renameat2", path(1)},
    {"link", path(0)},
    {"linkat", path(1)},
    {"symlink", path(1)},
    {"symlinkat", path(2)},
    {"mknod", path(0)},
    {"mknodat", path(1)},
    {"chmod", path(0)},
    {"fchmodat", path(1)},
    {"fchmodat2", path(1)},
    {"chown", path(0)},
    {"lchown", path(0)},
    {"chown32", path(0)},
    {"lchown32", path(0)},
    {"fchownat", path(1)},
    {"truncate", path(0)},
    {"truncate64", path(0)},
    {"utime", path(0)},
    {"utimes", path(0)},
    {"utimensat", path(1)},
    {"futimesat", path(1)},
    {"statfs", path(0)},
    {"statfs64", path(0)},
    {"setxattr", path(0)},
    {"lsetxattr", path(0)},
    {"getxattr", path(0)},
    {"lgetxattr", path(0)},
    {"listxattr", path(0)},
    {"llistxattr", path(0)},
    {"removexattr", path(0)},
    {"lremovexattr", path(0)},
    {"mount", path(1)},
    {"umount", path(0)},
    {"umount2", path(0)},
    {"pivot_root", path(0)},
    {"swapon", path(0)},
    {"swapoff", path(0)},
    {"acct", path(0)},
    {"name_to_handle_at", path(1)},
    {"inotify_add_watch", path(1)},
    {"fanotify_mark", path(4)},
    {"open_tree", path(1)},
    {"move_mount", path(1)},
    {"fspick", path(1)},
    {"mount_setattr", path(1)},
    {"fsopen", path(0)},
    {"sethostname", path(0)},
    {"setdomainname", path(0)},
    {"delete_module", path(0)},
    {"mq_open", path(0)},
    // socket addresses
    {"bind", address(1, 2)},
    {"connect", address(1, 2)},
    {"sendto", address(4, 5)},
    // command words
    {"ioctl", command(1, 4)},
    {"fcntl", command(1, 4)},
    {"fcntl64", command(1, 4)},
    {"bpf", command(0, 4)},
    {"ptrace", command(0, 8)},
    {"keyctl", command(0, 4)},
    {"quotactl", command(0, 4)},
    {"reboot", command(2, 4)},
    {"syslog", command(0, 4)},
    {"setns", {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_COMMAND, 1, 4}},
    {"unshare", {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_COMMAND, 0, 8}},
    {"prctl", {EV_TRAIT_CHANGES_CREDS, EV_OBJECT_COMMAND, 0, 4}},
    // credentials
    {"setuid", changes_creds},
    {"setgid", changes_creds},
    {"setreuid", changes_creds},
    {"setregid", changes_creds},
    {"setresuid", changes_creds},
    {"setresgid", changes_creds},
    {"setfsuid", changes_creds},
    {"setfsgid", changes_creds},
    {"setgroups", changes_creds},
    {"capset", changes_creds},
    {"setuid32", changes_creds},
    {"setgid32", changes_creds},
    {"setreuid32", changes_creds},
    {"setregid32", changes_creds},
    {"setresuid32", changes_creds},
    {"setresgid32", changes_creds},
    {"setfsuid32", changes_creds},
    {"setfsgid32", changes_creds},
    {"setgroups32", changes_creds},
    // new tasks: the child's return from its parent's call is no outcome
    {"clone", creates_task},
    {"clone3", creates_task},
    {"fork", creates_task},
    {"vfork", creates_task},
};

}  // namespace

void for_each_trait(const std::function<void(unsigned, const ev_syscall_traits&)>& put) {
    for (const Abi abi : {Abi::x86_64, Abi::i386, Abi::x32, Abi::arm64, Abi::arm})
        for (const Row& row : table)
            if (const auto number = syscall_number(abi, row.name); number && *number < EV_SYSCALLS)
                put(static_cast<unsigned>(abi) * EV_SYSCALLS + *number, row.traits);
}

}  // namespace caprec
