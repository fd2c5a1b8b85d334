// SPDX-License-Identifier: Apache-2.0
#include "recorder/traits.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "recorder/syscall_arguments.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

struct Row {
    std::string_view name;
    ev_syscall_traits traits;
};

constexpr ev_syscall_traits traits(std::uint8_t flags, std::uint8_t object, std::uint8_t argument,
                                   std::uint8_t length) {
    return {flags, object, argument, length, {}, 0, EV_TARGET_NONE, 0, EV_COMPARE_NONE, 0, 0, 0, 0};
}
// The call compares with another task, by number, by descriptor, or by its files in /proc.
constexpr ev_syscall_traits compares(std::uint8_t kind, std::uint8_t target, std::uint8_t argument,
                                     ev_syscall_traits row = {}) {
    row.compares = kind;
    row.target = target;
    row.target_argument = argument;
    return row;
}
// A path that is not in /proc, or whose call does not tell where it ends.
constexpr ev_syscall_traits text(std::uint8_t argument) { return traits(0, EV_OBJECT_PATH, argument, 0); }
constexpr ev_syscall_traits path(std::uint8_t argument, std::uint8_t follows = EV_FOLLOWS,
                                 std::uint8_t flags_argument = 0) {
    ev_syscall_traits row = compares(EV_COMPARE_FILE, EV_TARGET_PATH, argument, text(argument));
    row.follows = follows;
    row.flags_argument = flags_argument;
    return row;
}
// A path that starts at the directory that the argument before it names.
constexpr ev_syscall_traits path_at(std::uint8_t argument, std::uint8_t follows = EV_FOLLOWS,
                                    std::uint8_t flags_argument = 0) {
    ev_syscall_traits row = path(argument, follows, flags_argument);
    row.target = EV_TARGET_PATH_AT;
    return row;
}
// A call with two paths that are named alike; the object is that of `row`.
constexpr ev_syscall_traits and_path(std::uint8_t argument, ev_syscall_traits row) {
    row.second_path = argument;
    return row;
}
constexpr ev_syscall_traits address(std::uint8_t argument, std::uint8_t length, std::uint8_t flags = 0) {
    return compares(EV_COMPARE_FILE, EV_TARGET_SOCKET, argument,
                    traits(flags, EV_OBJECT_SOCKET_ADDRESS, argument, length));
}
constexpr ev_syscall_traits message(std::uint8_t flags) {
    return compares(EV_COMPARE_FILE, EV_TARGET_MESSAGE, 1, traits(flags, EV_OBJECT_NONE, 0, 0));
}
// The object is another argument than the path.
constexpr ev_syscall_traits object_at(std::uint8_t argument, ev_syscall_traits row) {
    row.object_argument = argument;
    return row;
}
constexpr ev_syscall_traits command(std::uint8_t argument, std::uint8_t bytes, std::uint8_t flags = 0) {
    return traits(flags, EV_OBJECT_COMMAND, argument, bytes);
}
// Adds arguments whose values tell kinds of check apart, a bit for each.
constexpr ev_syscall_traits with(std::uint8_t kind_arguments, ev_syscall_traits traits) {
    traits.kind_arguments = kind_arguments;
    return traits;
}
constexpr std::uint8_t third = 1u << 2, fourth = 1u << 3;
constexpr ev_syscall_traits changes_creds = traits(EV_TRAIT_CHANGES_CREDS, EV_OBJECT_NONE, 0, 0);
constexpr ev_syscall_traits maps = traits(EV_TRAIT_MAPS, EV_OBJECT_NONE, 0, 0);
constexpr ev_syscall_traits creates_task = traits(EV_TRAIT_CREATES_TASK, EV_OBJECT_NONE, 0, 0);

// Argument positions are those of the manual pages, the same in every ABI.
constexpr Row syscall_rows[] = {
    // paths
    {"open", with(third, path(0, EV_FOLLOWS_BY_OPEN_FLAG, 1))},
    {"openat", with(third | fourth, path_at(1, EV_FOLLOWS_BY_OPEN_FLAG, 2))},
    {"openat2", path_at(1, EV_OPENS)},
    {"creat", path(0, EV_OPENS)},
    {"execve", text(0)},
    {"execveat", text(1)},
    {"stat", path(0)},
    {"lstat", path(0, EV_FOLLOWS_NOT)},
    {"stat64", path(0)},
    {"lstat64", path(0, EV_FOLLOWS_NOT)},
    {"newfstatat", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 3)},
    {"fstatat64", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 3)},
    {"statx", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"access", path(0, EV_TESTS, 1)},
    {"faccessat", path_at(1, EV_TESTS, 2)},
    {"faccessat2", path_at(1, EV_TESTS_BY_AT_FLAG, 3)},
    {"readlink", path(0)},
    {"readlinkat", path_at(1)},
    {"chdir", path(0, EV_ENTERS)},
    {"chroot", path(0, EV_ENTERS)},
    {"mkdir", path(0, EV_FOLLOWS_NOT)},
    {"mkdirat", path_at(1, EV_FOLLOWS_NOT)},
    {"rmdir", path(0, EV_FOLLOWS_NOT)},
    {"unlink", path(0, EV_FOLLOWS_NOT)},
    {"unlinkat", path_at(1, EV_FOLLOWS_NOT)},
    {"rename", and_path(1, path(0, EV_FOLLOWS_NOT))},
    {"renameat", and_path(3, path_at(1, EV_FOLLOWS_NOT))},
    {"renameat2", and_path(3, path_at(1, EV_FOLLOWS_NOT))},
    {"link", and_path(1, path(0, EV_FOLLOWS_NOT))},
    {"linkat", and_path(3, path_at(1, EV_FOLLOWS_WHEN_ASKED, 4))},
    {"symlink", path(1, EV_FOLLOWS_NOT)},
    {"symlinkat", path_at(2, EV_FOLLOWS_NOT)},
    {"mknod", path(0, EV_FOLLOWS_NOT)},
    {"mknodat", with(third, path_at(1, EV_FOLLOWS_NOT))},
    {"chmod", path(0)},
    {"fchmodat", with(third, path_at(1))},
    {"fchmodat2", with(third, path_at(1, EV_FOLLOWS_BY_AT_FLAG, 3))},
    {"chown", path(0)},
    {"lchown", path(0, EV_FOLLOWS_NOT)},
    {"chown32", path(0)},
    {"lchown32", path(0, EV_FOLLOWS_NOT)},
    {"fchownat", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 4)},
    {"truncate", path(0)},
    {"truncate64", path(0)},
    {"utime", path(0)},
    {"utimes", path(0)},
    {"utimensat", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 3)},
    {"futimesat", path_at(1)},
    {"statfs", path(0)},
    {"statfs64", path(0)},
    {"setxattr", path(0)},
    {"lsetxattr", path(0, EV_FOLLOWS_NOT)},
    {"getxattr", path(0)},
    {"lgetxattr", path(0, EV_FOLLOWS_NOT)},
    {"listxattr", path(0)},
    {"llistxattr", path(0, EV_FOLLOWS_NOT)},
    {"removexattr", path(0)},
    {"lremovexattr", path(0, EV_FOLLOWS_NOT)},
    {"setxattrat", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"getxattrat", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"listxattrat", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"removexattrat", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"file_getattr", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 4)},
    {"file_setattr", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 4)},
    {"mount", and_path(1, object_at(1, path(0)))},
    {"umount", path(0)},
    {"umount2", path(0)},
    {"pivot_root", text(0)},
    {"swapon", path(0)},
    {"swapoff", path(0)},
    {"acct", path(0)},
    {"name_to_handle_at", path_at(1, EV_FOLLOWS_WHEN_ASKED, 4)},
    {"inotify_add_watch", path(1)},
    {"fanotify_mark", path_at(4)},
    {"open_tree", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"open_tree_attr", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"move_mount", and_path(3, path_at(1, EV_FOLLOWS_NOT))},
    {"fspick", path_at(1)},
    {"mount_setattr", path_at(1, EV_FOLLOWS_BY_AT_FLAG, 2)},
    {"fsopen", text(0)},
    {"sethostname", text(0)},
    {"setdomainname", text(0)},
    {"delete_module", text(0)},
    {"mq_open", with(third | fourth, text(0))},
    // socket addresses
    {"bind", address(1, 2)},
    {"connect", address(1, 2)},
    {"sendto", address(4, 5, EV_TRAIT_SENDS_BUFFER)},
    // options
    {"setsockopt", with(third, {})},
    {"getsockopt", with(third, {})},
    // command words
    {"ioctl", compares(EV_COMPARE_FILE, EV_TARGET_PIDFD_IOCTL, 0, command(1, 4))},
    {"fcntl", command(1, 4)},
    {"fcntl64", command(1, 4)},
    {"bpf", command(0, 4)},
    {"ptrace", compares(EV_COMPARE_REAL, EV_TARGET_ATTACHED, 1, command(0, 8))},
    {"keyctl", command(0, 4)},
    {"quotactl", command(0, 4)},
    {"reboot", command(2, 4)},
    {"syslog", command(0, 4)},
    {"setns", compares(EV_COMPARE_REAL, EV_TARGET_PIDFD, 0, command(1, 4, EV_TRAIT_CHANGES_CREDS))},
    {"unshare", command(0, 8, EV_TRAIT_CHANGES_CREDS)},
    {"prctl", command(0, 4, EV_TRAIT_CHANGES_CREDS | EV_TRAIT_CAPABILITY_SETS)},
    // other tasks
    {"process_vm_readv", compares(EV_COMPARE_REAL, EV_TARGET_TASK, 0)},
    {"process_vm_writev", compares(EV_COMPARE_REAL, EV_TARGET_TASK, 0)},
    {"kcmp", compares(EV_COMPARE_REAL, EV_TARGET_TWO_TASKS, 0)},
    {"pidfd_getfd", compares(EV_COMPARE_REAL, EV_TARGET_PIDFD, 0)},
    {"process_madvise", compares(EV_COMPARE_FILE, EV_TARGET_PIDFD, 0)},
    {"perf_event_open", compares(EV_COMPARE_REAL, EV_TARGET_TASK, 1)},
    {"get_robust_list", compares(EV_COMPARE_REAL, EV_TARGET_TASK, 0)},
    {"move_pages", compares(EV_COMPARE_REAL, EV_TARGET_TASK, 0)},
    {"migrate_pages", compares(EV_COMPARE_REAL, EV_TARGET_TASK, 0)},
    {"setpriority", compares(EV_COMPARE_NICE, EV_TARGET_PRIORITY, 1)},
    {"ioprio_set", compares(EV_COMPARE_NICE, EV_TARGET_IOPRIO, 1)},
    {"sched_setscheduler", compares(EV_COMPARE_NICE, EV_TARGET_TASK, 0)},
    {"sched_setparam", compares(EV_COMPARE_NICE, EV_TARGET_TASK, 0)},
    {"sched_setattr", compares(EV_COMPARE_NICE, EV_TARGET_TASK, 0)},
    {"sched_setaffinity", compares(EV_COMPARE_NICE, EV_TARGET_TASK, 0)},
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
    {"capset", traits(EV_TRAIT_CHANGES_CREDS | EV_TRAIT_CAPABILITY_SETS, EV_OBJECT_NONE, 0, 0)},
    {"capget", traits(EV_TRAIT_CAPABILITY_SETS, EV_OBJECT_NONE, 0, 0)},
    {"setuid32", changes_creds},
    {"setgid32", changes_creds},
    {"setreuid32", changes_creds},
    {"setregid32", changes_creds},
    {"setresuid32", changes_creds},
    {"setresgid32", changes_creds},
    {"setfsuid32", changes_creds},
    {"setfsgid32", changes_creds},
    {"setgroups32", changes_creds},
    // calls that can map code
    {"mmap", maps},
    {"mmap2", maps},
    {"mprotect", maps},
    {"pkey_mprotect", maps},
    // netlink requests
    {"write", traits(EV_TRAIT_SENDS_BUFFER, EV_OBJECT_NONE, 0, 0)},
    {"writev", traits(EV_TRAIT_SENDS_SEVERAL, EV_OBJECT_NONE, 0, 0)},
    {"sendmsg", message(EV_TRAIT_SENDS_MESSAGE)},
    {"sendmmsg", message(EV_TRAIT_SENDS_MESSAGE | EV_TRAIT_SENDS_SEVERAL)},
    // memory
    {"io_uring_register", traits(EV_TRAIT_PINS_MEMORY, EV_OBJECT_NONE, 0, 0)},
    // new tasks: the child's return from its parent's call is no outcome
    {"clone", creates_task},
    {"clone3", creates_task},
    {"fork", creates_task},
    {"vfork", creates_task},
};

struct EntryRow {
    std::string_view name;
    std::uint32_t flags;
};

// Entries of /proc/PID and /proc/PID/task/TID: fs/proc/base.c, fd.c, namespaces.c, task_mmu.c.
constexpr EntryRow entries[] = {
    {"auxv", EV_ENTRY_FILE},
    {"environ", EV_ENTRY_FILE},
    {"maps", EV_ENTRY_FILE},
    {"mem", EV_ENTRY_FILE},
    {"numa_maps", EV_ENTRY_FILE},
    {"pagemap", EV_ENTRY_FILE},
    {"smaps", EV_ENTRY_FILE},
    {"smaps_rollup", EV_ENTRY_FILE},
    // these when they are read, as they are opened only for that
    {"io", EV_ENTRY_FILE},
    {"personality", EV_ENTRY_FILE},
    {"stack", EV_ENTRY_FILE},
    {"syscall", EV_ENTRY_FILE},
    {"timers", EV_ENTRY_FILE},
    {"wchan", EV_ENTRY_FILE},  // reads as 0 for a process that may not
    {"cwd", EV_ENTRY_LINK},
    {"exe", EV_ENTRY_LINK},
    {"root", EV_ENTRY_LINK},
    {"fd", EV_ENTRY_LINKS},
    {"ns", EV_ENTRY_LINKS},
    {"map_files", EV_ENTRY_LINKS | EV_ENTRY_INSIDE},
    {"fdinfo", EV_ENTRY_INSIDE | EV_ENTRY_GATE},
};

}  // namespace

void for_each_entry(const std::function<void(const EntryName&, std::uint32_t)>& put) {
    for (const EntryRow& row : entries) {
        EntryName name{};
        std::ranges::copy(row.name, name.begin());
        put(name, row.flags);
    }
}

void for_each_trait(const std::function<void(unsigned, const ev_syscall_traits&)>& put) {
    std::unordered_map<std::string_view, ev_syscall_traits> rows;
    for (const Row& row : syscall_rows)
        rows.emplace(row.name, row.traits);
    for (const Abi abi : {Abi::x86_64, Abi::i386, Abi::x32, Abi::arm64, Abi::arm})
        for (unsigned number = 0; number < EV_SYSCALLS; ++number) {
            const std::string name = syscall_name(abi, number);
            const auto row = rows.find(name);
            ev_syscall_traits known = row != rows.end() ? row->second : ev_syscall_traits{};
            const CallArguments arguments = arguments_of(abi, name);
            known.arguments = arguments.set;
            known.varies = arguments.varies;
            if (row != rows.end() || known.arguments.all != 0)
                put(static_cast<unsigned>(abi) * EV_SYSCALLS + number, known);
        }
}

}  // namespace caprec
