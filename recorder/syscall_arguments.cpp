// SPDX-License-Identifier: Apache-2.0
#include "recorder/syscall_arguments.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <unordered_map>

namespace caprec {
namespace {

// A letter for each argument.  n: a 32-bit number, an id, a descriptor or flags.  s: a size.  m: a mode, which is one
// only where the flags before it make the call create a file.  p: everything else: a pointer, an address, an offset, a
// word of memory; it is withheld for a program that the caller may not trace.
struct Shape {
    std::string_view letters;
    std::string_view names;
};

constexpr Shape shapes[] = {
    {"",
     "fork get_tls getegid getegid32 geteuid geteuid32 getgid getgid32 getpgrp getpid getppid "
     "gettid getuid getuid32 inotify_init munlockall pause restart_syscall rt_sigreturn "
     "sched_yield setsid sgetmask sigreturn sync vfork vhangup"},
    {"n",
     "alarm close dup epoll_create epoll_create1 eventfd fchdir fdatasync fsync getpgid getsid "
     "inotify_init1 iopl memfd_secret mlockall nice personality pkey_free "
     "sched_get_priority_max sched_get_priority_min sched_getscheduler setfsgid setfsgid32 "
     "setfsuid setfsuid32 setgid setgid32 setuid setuid32 syncfs timer_delete timer_getoverrun "
     "umask unshare userfaultfd"},
    {"p",
     "_sysctl acct adjtimex brk chdir chroot exit exit_group get_thread_area io_destroy "
     "mq_unlink oldolduname olduname pipe rmdir set_thread_area set_tid_address set_tls shmdt "
     "sigpending ssetmask stime swapoff sysinfo time times umount uname unlink uselib vm86old"},
    {"nn",
     "dup2 eventfd2 fanotify_init fchmod flock getpriority inotify_rm_watch ioprio_get kill "
     "landlock_restrict_self listen pidfd_open pkey_alloc process_mrelease setns setpgid "
     "setregid setregid32 setreuid setreuid32 shutdown timerfd_create tkill"},
    {"np",
     "arch_prctl clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime "
     "clock_gettime64 clock_settime clock_settime64 fremovexattr fstat fstat64 fstatfs "
     "ftruncate getgroups getgroups32 getitimer getrlimit getrusage io_setup io_uring_setup "
     "mq_notify oldfstat sched_getparam sched_rr_get_interval sched_rr_get_interval_time64 "
     "sched_setparam setgroups setgroups32 setrlimit signal socketcall timer_gettime "
     "timer_gettime64 timerfd_gettime timerfd_gettime64 ugetrlimit ustat vm86"},
    {"pn", "access chmod creat delete_module fsopen memfd_create mkdir msgget pipe2 swapon umount2"},
    {"pp",
     "capget capset gettimeofday link lremovexattr lstat lstat64 nanosleep oldlstat oldstat "
     "pivot_root removexattr rename settimeofday sigaltstack stat stat64 statfs symlink "
     "truncate utime utimes"},
    {"ps",
     "clone3 create_module getcwd mlock munlock munmap rt_sigpending rt_sigsuspend "
     "set_robust_list setdomainname sethostname"},
    {"nnn",
     "close_range dup3 fchown fchown32 fsmount ioprio_set membarrier pciconfig_iobase "
     "pidfd_getfd setpriority setresgid setresgid32 setresuid setresuid32 socket tgkill"},
    {"nnp",
     "fcntl fcntl64 ioctl msgctl rt_sigqueueinfo sched_getaffinity sched_setaffinity "
     "sched_setscheduler seccomp shmctl"},
    {"npn",
     "bind bpf connect faccessat fchmodat finit_module fspick getdents getdents64 "
     "inotify_add_watch lseek mkdirat open_by_handle_at open_tree readdir recvmsg "
     "sched_setattr semop sendmsg shmat syslog unlinkat waitpid"},
    {"npp",
     "accept futimesat get_robust_list getpeername getsockname mq_getsetattr nfsservctl "
     "setitimer sigaction sigprocmask sysfs timer_create"},
    {"nps", "flistxattr modify_ldt read readahead readv set_mempolicy signalfd write writev"},
    {"nsp", "fstatfs64"},
    {"pnm", "open"},
    {"pnn", "chown chown32 lchown lchown32 mknod poll semget"},
    {"pnp", "symlinkat"},
    {"ppn", "cacheflush lsm_list_modules readlink"},
    {"ppp", "execve getcpu getresgid getresgid32 getresuid getresuid32 io_cancel sigsuspend"},
    {"pps", "listxattr llistxattr"},
    {"psn",
     "getrandom landlock_create_ruleset madvise map_shadow_stack mlock2 mprotect mseal msync "
     "shmget"},
    {"psp", "init_module io_submit mincore statfs64"},
    {"ssn", "ioperm"},
    {"nnnp", "epoll_ctl epoll_ctl_old quotactl_fd reboot rt_tgsigqueueinfo semctl socketpair"},
    {"nnpn", "io_uring_register landlock_add_rule pidfd_send_signal"},
    {"nnpp",
     "clock_nanosleep clock_nanosleep_time64 fallocate prlimit64 ptrace timer_settime "
     "timer_settime64 timerfd_settime timerfd_settime64"},
    {"nnps", "sendfile sendfile64"},
    {"nnsn", "tee"},
    {"npnm", "openat"},
    {"npnn",
     "epoll_wait epoll_wait_old faccessat2 fchmodat2 lsm_set_self_attr mknodat sched_getattr "
     "sendmmsg"},
    {"npnp", "quotactl removexattrat renameat semtimedop semtimedop_time64 wait4"},
    {"nppn",
     "accept4 cachestat fstatat64 lsm_get_self_attr newfstatat readlinkat sync_file_range "
     "utimensat utimensat_time64"},
    {"nppp", "ftruncate64"},
    {"npps", "fgetxattr openat2 rt_sigaction rt_sigprocmask"},
    {"npsn", "fadvise64 msgsnd recv send signalfd4 vmsplice"},
    {"npsp", "pread64 pwrite64"},
    {"nspp", "migrate_pages"},
    {"pnmp", "mq_open"},
    {"pnnn", "futex_requeue"},
    {"ppnn", "futex_wake"},
    {"pppn", "request_key"},
    {"pppp", "truncate64"},
    {"ppps", "getxattr lgetxattr lookup_dcookie rt_sigtimedwait rt_sigtimedwait_time64"},
    {"ppsn", "listmount statmount"},
    {"psnn", "pkey_mprotect set_mempolicy_home_node"},
    {"psnp", "rseq"},
    {"pspn", "kexec_load"},
    {"nnnnp", "pciconfig_read pciconfig_write"},
    {"nnnpn", "setsockopt"},
    {"nnnpp", "getsockopt kcmp"},
    {"nnpnp", "fanotify_mark waitid"},
    {"nnppn", "fsconfig"},
    {"nnspn", "kexec_file_load"},
    {"npnnn", "fchownat"},
    {"npnnp", "recvmmsg recvmmsg_time64 statx"},
    {"npnpn", "linkat move_mount renameat2"},
    {"npnps", "listxattrat mount_setattr open_tree_attr"},
    {"npppn", "_llseek execveat name_to_handle_at"},
    {"npppp", "_newselect clone keyctl prctl select"},
    {"nppsn", "file_getattr file_setattr fsetxattr"},
    {"npsnn", "process_madvise"},
    {"npspn", "msgrcv"},
    {"npspp", "mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 preadv pwritev"},
    {"pnnnn", "perf_event_open"},
    {"pnnpn", "futex_waitv"},
    {"pnpps", "ppoll ppoll_time64"},
    {"pppnp", "mount"},
    {"pppsn", "add_key lsetxattr setxattr"},
    {"ppspn", "get_mempolicy"},
    {"psnpn", "remap_file_pages"},
    {"pssnp", "mremap"},
    {"psspp", "io_getevents"},
    {"nnnnpp", "ipc"},
    {"nnnnps", "io_uring_enter"},
    {"nnpppp", "arm_fadvise64_64 arm_sync_file_range"},
    {"npnnps", "epoll_pwait"},
    {"npnpps", "epoll_pwait2 getxattrat setxattrat"},
    {"npnpsn", "copy_file_range splice"},
    {"nppppn", "fadvise64_64"},
    {"nppppp", "pselect6 pselect6_time64"},
    {"npsnpn", "sendto"},
    {"npsnpp", "recvfrom"},
    {"npsppn", "preadv2 pwritev2"},
    {"npspsn", "process_vm_readv process_vm_writev"},
    {"nspppn", "move_pages"},
    {"pnpppp", "futex futex_time64"},
    {"pppnpn", "futex_wait"},
    {"psnnnp", "mmap mmap2"},
    {"psnpsn", "mbind"},
    {"pssppp", "io_pgetevents io_pgetevents_time64"},
};

// In 32-bit code an argument of 64 bits takes two registers; arm begins them at an even one.
constexpr Shape shapes_of_32_bits[] = {
    {"npsppp", "pread64 pwrite64"}, {"nnpppp", "fallocate fanotify_mark"},
    {"npppp", "readahead"},         {"nppppp", "sync_file_range fadvise64"},
    {"p", "mmap select"},
};

// The arguments of a call whose command word decides on them.  Commands without a row have the call's own.
struct CommandRow {
    std::string_view names;
    unsigned place;  // place of the command word
    std::initializer_list<std::uint32_t> commands;
    std::string_view letters;
};

const CommandRow command_rows[] = {
    // F_GETFD F_GETFL F_GETOWN F_GETSIG F_GETLEASE F_GETPIPE_SZ F_GET_SEALS
    {"fcntl fcntl64", 1, {1, 3, 9, 11, 1025, 1032, 1034}, "nn"},
    // F_DUPFD F_SETFD F_SETFL F_SETOWN F_SETSIG F_SETLEASE F_NOTIFY F_DUPFD_QUERY F_DUPFD_CLOEXEC F_SETPIPE_SZ
    // F_ADD_SEALS
    {"fcntl fcntl64", 1, {0, 2, 4, 8, 10, 1024, 1026, 1027, 1030, 1031, 1033}, "nnn"},
    // PR_GET_DUMPABLE PR_GET_KEEPCAPS PR_GET_TIMING PR_GET_SECCOMP PR_GET_SECUREBITS PR_GET_TIMERSLACK
    // PR_TASK_PERF_EVENTS_DISABLE, _ENABLE, PR_MCE_KILL_GET PR_GET_NO_NEW_PRIVS PR_GET_THP_DISABLE PR_GET_IO_FLUSHER
    {"prctl", 0, {3, 7, 13, 21, 27, 30, 31, 32, 34, 39, 42, 58}, "n"},
    // PR_SET_PDEATHSIG PR_SET_DUMPABLE PR_SET_UNALIGN PR_SET_KEEPCAPS PR_SET_TIMING PR_SET_ENDIAN PR_CAPBSET_READ,
    // _DROP
    // PR_SET_TSC PR_SET_SECUREBITS PR_SET_TIMERSLACK PR_SET_CHILD_SUBREAPER PR_SET_NO_NEW_PRIVS PR_SET_THP_DISABLE
    // PR_SET_IO_FLUSHER PR_SET_PTRACER PR_GET_SPECULATION_CTRL
    {"prctl", 0, {1, 4, 6, 8, 14, 20, 23, 24, 26, 28, 29, 36, 38, 41, 52, 57, 0x59616d61}, "nn"},
    // PR_CAP_AMBIENT PR_MCE_KILL PR_SET_SPECULATION_CTRL
    {"prctl", 0, {33, 47, 53}, "nnn"},
    // PR_GET_PDEATHSIG PR_GET_UNALIGN PR_SET_NAME PR_GET_NAME PR_GET_TSC PR_GET_CHILD_SUBREAPER PR_GET_TID_ADDRESS
    {"prctl", 0, {2, 5, 15, 16, 19, 25, 37, 40}, "np"},
    {"prctl", 0, {22}, "nnp"},                            // PR_SET_SECCOMP
    {"prctl", 0, {35, 59, 62, 65, 0x53564d41}, "npppp"},  // PR_SET_MM and other calls with addresses
    // FUTEX_WAIT, LOCK_PI, LOCK_PI2; WAKE; REQUEUE; UNLOCK_PI, TRYLOCK_PI; WAKE_BITSET: private or not
    {"futex futex_time64", 1, {0, 6, 13, 128, 134, 141, 256, 262, 269, 384, 390, 397}, "pnpp"},
    {"futex futex_time64", 1, {1, 129}, "pnp"},
    {"futex futex_time64", 1, {3, 131}, "pnppp"},
    {"futex futex_time64", 1, {7, 8, 135, 136}, "pn"},
    {"mremap", 3, {0, 1}, "pssn"},              // without MREMAP_FIXED and MREMAP_DONTUNMAP
    {"semctl", 2, {0, 11, 12, 14, 15}, "nnn"},  // IPC_RMID GETPID GETVAL GETNCNT GETZCNT
    {"shmctl msgctl", 1, {0, 11, 12}, "nn"},    // IPC_RMID SHM_LOCK SHM_UNLOCK
    {"syslog", 0, {0, 1, 5, 6, 7, 9, 10}, "n"},
    {"ptrace", 0, {0}, "n"},  // PTRACE_TRACEME
    {"reboot", 2, {0, 0x1234567, 0x4321fedc, 0x89abcdef, 0xcdef0123, 0xd000fce2, 0x45584543}, "nnn"},
    {"keyctl", 0, {18}, "n"},
    {"keyctl", 0, {1}, "np"},  // a name
    {"keyctl", 0, {3, 7, 14, 16, 21}, "nn"},
    {"keyctl", 0, {0, 5, 8, 9, 15, 22}, "nnn"},
    {"keyctl", 0, {4, 13}, "nnnn"},
    {"keyctl", 0, {2, 6, 11, 17}, "nnps"},
    {"keyctl", 0, {10}, "nnppn"},
    {"keyctl", 0, {12}, "nnpsn"},
    {"keyctl", 0, {19}, "nnnnn"},
};

// The command word of a call, for those that have rows.
constexpr struct {
    std::string_view name;
    unsigned place;
} with_command[] = {{"fcntl", 1},  {"fcntl64", 1}, {"prctl", 0},  {"futex", 1},  {"futex_time64", 1},
                    {"mremap", 3}, {"semctl", 2},  {"shmctl", 1}, {"msgctl", 1}, {"syslog", 0},
                    {"ptrace", 0}, {"reboot", 2},  {"keyctl", 0}};

template <class Work> void for_each_name(std::string_view names, Work work) {
    while (!names.empty()) {
        const std::string_view name = names.substr(0, names.find(' '));
        names.remove_prefix(std::min(name.size() + 1, names.size()));
        work(name);
    }
}

ev_argument_set set_of(std::string_view letters) {
    ev_argument_set set{};
    for (unsigned place = 0; place < letters.size(); ++place) {
        const auto bit = static_cast<std::uint8_t>(1u << place);
        set.all |= bit;
        set.numbers |= letters[place] == 'n' || letters[place] == 'm' ? bit : 0;
        set.sizes |= letters[place] == 's' ? bit : 0;
    }
    return set;
}

using ShapeByName = std::unordered_map<std::string_view, std::string_view>;

template <std::size_t Count> ShapeByName by_name(const Shape (&table)[Count]) {
    ShapeByName map;
    for (const Shape& shape : table)
        for_each_name(shape.names, [&](std::string_view name) { map.emplace(name, shape.letters); });
    return map;
}

}  // namespace

CallArguments arguments_of(Abi abi, std::string_view name) {
    static const ShapeByName common = by_name(shapes), narrow = by_name(shapes_of_32_bits);
    CallArguments arguments;
    const bool is_narrow = abi == Abi::i386 || abi == Abi::arm;
    auto found = is_narrow ? narrow.find(name) : narrow.end();
    if (found == narrow.end() && (found = common.find(name)) == common.end())
        return arguments;
    arguments.set = set_of(found->second);
    if (const std::size_t mode = found->second.find('m'); mode != found->second.npos)
        arguments.varies = static_cast<std::uint8_t>(EV_VARIES_WITH_CREATION | mode);
    for (const auto& row : with_command)
        if (row.name == name)
            arguments.varies = static_cast<std::uint8_t>(EV_VARIES_WITH_COMMAND | row.place);
    return arguments;
}

void for_each_argument_set(const std::function<void(std::uint64_t, const ev_argument_set&)>& put) {
    for (const Abi abi : {Abi::x86_64, Abi::i386, Abi::x32, Abi::arm64, Abi::arm})
        for (const CommandRow& row : command_rows)
            for_each_name(row.names, [&](std::string_view name) {
                const auto number = syscall_number(abi, name);
                if (!number)
                    return;
                for (const std::uint32_t command : row.commands)
                    put(std::uint64_t{static_cast<std::uint8_t>(abi)} << 56 | std::uint64_t{*number} << 32 | command,
                        set_of(row.letters));
            });
}

}  // namespace caprec
