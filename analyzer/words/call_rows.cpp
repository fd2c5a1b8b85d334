// SPDX-License-Identifier: Apache-2.0
//
// Only arguments that the recorder keeps of every program are here (recorder/syscall_arguments.cpp: n and m), but for
// those that are marked as sizes or as like an address.
#include "analyzer/words/call_rows.h"

#include <linux/prctl.h>
#include <sys/socket.h>

#include "analyzer/words/call_names.h"

namespace caprec {
namespace call_table {
namespace {

using enum ArgumentKind;
using namespace call_names;

constexpr CallRow rows[] = {
    // ids and sets
    {"setuid setgid setuid32 setgid32 setfsuid setfsgid setfsuid32 setfsgid32", {{{0, id}}}},
    {"setreuid setregid setreuid32 setregid32", {{{0, id}, {1, id}}}},
    {"setresuid setresgid setresuid32 setresgid32", {{{0, id}, {1, id}, {2, id}}}},
    {"setgroups setgroups32", {{{0, number}}}},  // how many
    {"chown lchown fchown chown32 lchown32 fchown32", {{{1, id}, {2, id}}}},
    {"fchownat", {{{2, id}, {3, id}, {4, flags, at_flags, true}}}},

    // files
    {"open", {{{1, open_flags}, {2, creation_mode}}}},
    {"openat", {{{2, open_flags}, {3, creation_mode}}}},
    {"mq_open", {{{1, open_flags}, {2, creation_mode}}}},
    {"open_by_handle_at", {{{2, open_flags}}}},
    {"creat chmod fchmod mkdir", {{{1, mode}}}},
    {"fchmodat mkdirat", {{{2, mode}}}},
    {"fchmodat2", {{{2, mode}, {3, flags, at_flags, true}}}},
    {"mknod", {{{1, file_type}, {2, device}}}},
    {"mknodat", {{{2, file_type}, {3, device}}}},
    {"access", {{{1, flags, access_names}}}},
    {"faccessat", {{{2, flags, access_names}}}},
    {"faccessat2", {{{2, flags, access_names}, {3, flags, at_flags, true}}}},
    {"unlinkat", {{{2, flags, unlink_flags, true}}}},
    {"linkat", {{{4, flags, at_flags, true}}}},
    {"fcntl fcntl64", {{{1, command}, {2, number}}}, CallCase{1, fcntl_set_pipe_size}},
    {"fcntl fcntl64", {{{1, command}}}},
    {"ioctl", {{{1, request, ioctl_requests}}}},

    // mounts and namespaces
    {"mount", {{{3, flags, mount_flags}}}},
    {"umount2", {{{1, flags, unmount_flags}}}},
    {"unshare", {{{0, flags, namespace_flags}}}},
    {"setns", {{{1, flags, namespace_flags}}}},
    {"clone", {{{0, clone_flags, namespace_flags}}}},
    {"swapon", {{{1, flags, swap_flags}}}},
    {"quotactl", {{{0, quota_command, quota_commands}, {2, id}}}},
    {"quotactl_fd", {{{1, quota_command, quota_commands}, {2, id}}}},

    // sockets
    {"socket",
     {{{0, one_of, families}, {1, socket_type, socket_types}, {2, one_of, netlink_protocols}}},
     CallCase{0, AF_NETLINK}},
    {"socket",
     {{{0, one_of, families}, {1, socket_type, socket_types}, {2, one_of, ip_protocols, true}}},
     CallCase{0, AF_INET}},
    {"socket",
     {{{0, one_of, families}, {1, socket_type, socket_types}, {2, one_of, ip_protocols, true}}},
     CallCase{0, AF_INET6}},
    {"socket socketpair", {{{0, one_of, families}, {1, socket_type, socket_types}}}},
    {"socketcall", {{{0, one_of, socket_calls}}}},
    {"setsockopt getsockopt", {{{1, one_of, socket_levels}, {2, one_of, socket_options}}}, CallCase{1, SOL_SOCKET}},
    {"setsockopt getsockopt", {{{1, one_of, socket_levels}, {2, one_of, ip_options}}}, CallCase{1, level_ip}},
    {"setsockopt getsockopt", {{{1, one_of, socket_levels}, {2, one_of, ipv6_options}}}, CallCase{1, level_ipv6}},
    {"setsockopt getsockopt", {{{1, one_of, socket_levels}, {2, number}}}},

    // processes
    {"kill tkill rt_sigqueueinfo", {{{0, number}, {1, signal}}}},
    {"tgkill rt_tgsigqueueinfo", {{{0, number}, {1, number}, {2, signal}}}},
    {"pidfd_send_signal", {{{1, signal}}}},
    {"ptrace", {{{0, command}}}, CallCase{0, 0}},  // PTRACE_TRACEME
    {"ptrace", {{{0, command}, {1, number}}}},
    {"process_vm_readv process_vm_writev get_robust_list migrate_pages move_pages", {{{0, number}}}},
    {"kcmp", {{{0, number}, {1, number}}}},
    {"setpriority", {{{0, one_of, priority_of}, {1, number}, {2, number}}}},
    {"getpriority", {{{0, one_of, priority_of}, {1, number}}}},
    {"nice", {{{0, number}}}},
    {"ioprio_set", {{{0, one_of, io_priority_of}, {1, number}, {2, number}}}},
    {"sched_setscheduler", {{{0, number}, {1, policy, policies}}}},
    {"sched_setparam sched_setattr sched_setaffinity", {{{0, number}}}},
    {"setrlimit", {{{0, one_of, limits}}}},
    {"prlimit64", {{{0, number}, {1, one_of, limits}}}},
    {"prctl", {{{0, command}, {1, capability}}}, CallCase{0, PR_CAPBSET_DROP}},
    {"prctl", {{{0, command}, {1, capability}}}, CallCase{0, PR_CAPBSET_READ}},
    {"prctl", {{{0, command}, {1, flags, secure_bits}}}, CallCase{0, PR_SET_SECUREBITS}},
    {"prctl", {{{0, command}, {1, one_of, ambient_actions}, {2, capability}}}, CallCase{0, PR_CAP_AMBIENT}},
    {"prctl", {{{0, command}, {1, one_of, seccomp_modes}}}, CallCase{0, PR_SET_SECCOMP}},
    {"prctl", {{{0, command}, {1, signal}}}, CallCase{0, PR_SET_PDEATHSIG}},
    {"prctl", {{{0, command}, {1, number}}}, CallCase{0, PR_SET_KEEPCAPS}},
    {"prctl", {{{0, command}, {1, number}}}, CallCase{0, PR_SET_DUMPABLE}},
    {"prctl", {{{0, command}, {1, number}}}, CallCase{0, PR_SET_NO_NEW_PRIVS}},
    {"prctl", {{{0, command}, {1, address_like, memory_fields}}}, CallCase{0, PR_SET_MM}},
    {"prctl", {{{0, command}}}},
    {"seccomp", {{{0, one_of, seccomp_operations}, {1, flags, seccomp_flags, true}}}},

    // memory
    {"mmap mmap2", {{{2, flags, protections}, {3, flags, map_flags}}}},
    {"mprotect", {{{2, flags, protections}}}},
    {"mremap", {{{3, flags, remap_flags}}}},
    {"mlock", {{{1, size}}}},
    {"mlock2", {{{1, size}, {2, flags, lock_flags, true}}}},
    {"mlockall", {{{0, flags, lock_all_flags}}}},
    {"memfd_create", {{{1, flags, memory_file_flags}}}},
    {"shmget", {{{2, flags, shared_flags}}}},
    {"shmctl", {{{1, one_of, shared_commands}}}},
    {"msgctl", {{{1, one_of, shared_commands}}}},

    // the machine
    {"bpf", {{{0, command}}}},
    {"perf_event_open", {{{1, number, {}, false, "pid"}, {2, number, {}, false, "cpu"}, {4, flags, perf_flags, true}}}},
    {"finit_module", {{{2, flags, module_flags, true}}}},
    {"delete_module", {{{1, flags, unload_flags}}}},
    {"kexec_load", {{{3, flags, kexec_flags}}}},
    {"kexec_file_load", {{{4, flags, kexec_file_flags}}}},
    {"reboot", {{{2, request, reboot_commands}}}},
    {"syslog", {{{0, one_of, log_actions}}}},
    {"keyctl", {{{0, one_of, key_operations}}}},
    {"iopl", {{{0, number}}}},
    {"ioperm", {{{0, size}, {1, size}, {2, number}}}},
    {"clock_settime clock_settime64 clock_adjtime clock_adjtime64 timer_create", {{{0, one_of, clocks}}}},
    {"fanotify_init", {{{0, flags}}}},
    {"io_uring_setup", {{{0, number, {}, false, "entries"}}}},
};

}  // namespace
}  // namespace call_table

std::span<const CallRow> call_rows() { return call_table::rows; }

}  // namespace caprec
