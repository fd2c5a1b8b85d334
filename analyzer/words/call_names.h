// SPDX-License-Identifier: Apache-2.0
//
// The names of the values of syscall arguments, as headers of the kernel and the C library have them, with the numbers
// of the headers here: x86 and arm agree in all of these.  Where they do not, call_words.cpp knows both.
#pragma once

#include <linux/blkpg.h>
#include <linux/dqblk_xfs.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/if_tun.h>
#include <linux/kd.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/loop.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/prctl.h>
#include <linux/quota.h>
#include <linux/reboot.h>
#include <linux/rtc.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <linux/sockios.h>
#include <linux/vt.h>
#include <netinet/in.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/swap.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>

#include "analyzer/words/call_rows.h"

namespace caprec::call_names {

inline constexpr std::uint32_t fcntl_set_pipe_size = F_SETPIPE_SZ, level_ip = SOL_IP, level_ipv6 = SOL_IPV6;

#define NAME(value) \
    { static_cast<std::uint32_t>(value), #value }

inline constexpr NamedValue at_flags[] = {NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_SYMLINK_FOLLOW), NAME(AT_EMPTY_PATH),
                                          NAME(AT_NO_AUTOMOUNT), NAME(AT_EACCESS)};
inline constexpr NamedValue unlink_flags[] = {NAME(AT_REMOVEDIR)};
inline constexpr NamedValue access_names[] = {NAME(F_OK), NAME(R_OK), NAME(W_OK), NAME(X_OK)};
inline constexpr NamedValue ioctl_requests[] = {NAME(SIOCSIFFLAGS),    NAME(SIOCSIFADDR),
                                                NAME(SIOCSIFNETMASK),  NAME(SIOCSIFMTU),
                                                NAME(SIOCSIFNAME),     NAME(SIOCSIFHWADDR),
                                                NAME(SIOCADDRT),       NAME(SIOCDELRT),
                                                NAME(SIOCSARP),        NAME(SIOCETHTOOL),
                                                NAME(SIOCBRADDBR),     NAME(SIOCBRADDIF),
                                                NAME(SIOCBONDENSLAVE), NAME(SIOCSHWTSTAMP),
                                                NAME(TUNSETIFF),       NAME(TUNSETPERSIST),
                                                NAME(TUNSETOWNER),     NAME(TIOCSTI),
                                                NAME(TIOCCONS),        NAME(TIOCSETD),
                                                NAME(TIOCVHANGUP),     NAME(TIOCSCTTY),
                                                NAME(TIOCLINUX),       NAME(KDSETMODE),
                                                NAME(KDSKBMODE),       NAME(VT_ACTIVATE),
                                                NAME(VT_DISALLOCATE),  NAME(BLKROSET),
                                                NAME(BLKRRPART),       NAME(BLKFLSBUF),
                                                NAME(BLKPG),           NAME(BLKDISCARD),
                                                NAME(FIBMAP),          NAME(FIFREEZE),
                                                NAME(FITHAW),          NAME(FITRIM),
                                                NAME(FS_IOC_SETFLAGS), NAME(FS_IOC_FSSETXATTR),
                                                NAME(LOOP_SET_FD),     NAME(LOOP_CTL_ADD),
                                                NAME(LOOP_CONFIGURE),  NAME(SG_IO),
                                                NAME(RTC_SET_TIME)};
inline constexpr NamedValue mount_flags[] = {
    NAME(MS_RDONLY),      NAME(MS_NOSUID),   NAME(MS_NODEV),   NAME(MS_NOEXEC),  NAME(MS_SYNCHRONOUS),
    NAME(MS_REMOUNT),     NAME(MS_MANDLOCK), NAME(MS_DIRSYNC), NAME(MS_NOATIME), NAME(MS_NODIRATIME),
    NAME(MS_BIND),        NAME(MS_MOVE),     NAME(MS_REC),     NAME(MS_SILENT),  NAME(MS_POSIXACL),
    NAME(MS_UNBINDABLE),  NAME(MS_PRIVATE),  NAME(MS_SLAVE),   NAME(MS_SHARED),  NAME(MS_RELATIME),
    NAME(MS_STRICTATIME), NAME(MS_LAZYTIME)};
// include/linux/fs.h: no header for programs has them beside the flags of mount(2).
inline constexpr NamedValue unmount_flags[] = {
    {1, "MNT_FORCE"}, {2, "MNT_DETACH"}, {4, "MNT_EXPIRE"}, {8, "UMOUNT_NOFOLLOW"}};
// The namespaces first: they are what takes a capability.
inline constexpr NamedValue namespace_flags[] = {
    NAME(CLONE_NEWUSER),   NAME(CLONE_NEWNS),         NAME(CLONE_NEWPID),
    NAME(CLONE_NEWNET),    NAME(CLONE_NEWIPC),        NAME(CLONE_NEWUTS),
    NAME(CLONE_NEWCGROUP), NAME(CLONE_NEWTIME),       NAME(CLONE_VM),
    NAME(CLONE_FS),        NAME(CLONE_FILES),         NAME(CLONE_SIGHAND),
    NAME(CLONE_PIDFD),     NAME(CLONE_PTRACE),        NAME(CLONE_VFORK),
    NAME(CLONE_PARENT),    NAME(CLONE_THREAD),        NAME(CLONE_SYSVSEM),
    NAME(CLONE_SETTLS),    NAME(CLONE_PARENT_SETTID), NAME(CLONE_CHILD_CLEARTID),
    NAME(CLONE_UNTRACED),  NAME(CLONE_CHILD_SETTID),  NAME(CLONE_IO)};
inline constexpr NamedValue swap_flags[] = {NAME(SWAP_FLAG_PREFER), NAME(SWAP_FLAG_DISCARD)};
inline constexpr NamedValue quota_commands[] = {
    NAME(Q_SYNC),      NAME(Q_QUOTAON),   NAME(Q_QUOTAOFF), NAME(Q_GETFMT),       NAME(Q_GETINFO),
    NAME(Q_SETINFO),   NAME(Q_GETQUOTA),  NAME(Q_SETQUOTA), NAME(Q_GETNEXTQUOTA), NAME(Q_XQUOTAON),
    NAME(Q_XQUOTAOFF), NAME(Q_XGETQUOTA), NAME(Q_XSETQLIM), NAME(Q_XGETQSTAT)};
inline constexpr NamedValue families[] = {
    NAME(AF_UNIX), NAME(AF_INET),       NAME(AF_INET6), NAME(AF_NETLINK),   NAME(AF_PACKET),
    NAME(AF_KEY),  NAME(AF_ALG),        NAME(AF_VSOCK), NAME(AF_BLUETOOTH), NAME(AF_CAN),
    NAME(AF_XDP),  NAME(AF_TIPC),       NAME(AF_PPPOX), NAME(AF_KCM),       NAME(AF_SMC),
    NAME(AF_NFC),  NAME(AF_IEEE802154), NAME(AF_AX25),  NAME(AF_X25),       NAME(AF_QIPCRTR),
    NAME(AF_RDS),  NAME(AF_ATMPVC),     NAME(AF_IB),    NAME(AF_MPLS),      NAME(AF_LLC)};
inline constexpr NamedValue socket_types[] = {NAME(SOCK_STREAM),    NAME(SOCK_DGRAM), NAME(SOCK_RAW),   NAME(SOCK_RDM),
                                              NAME(SOCK_SEQPACKET), NAME(SOCK_DCCP),  NAME(SOCK_PACKET)};
inline constexpr NamedValue ip_protocols[] = {
    NAME(IPPROTO_ICMP), NAME(IPPROTO_IGMP),  NAME(IPPROTO_TCP),    NAME(IPPROTO_UDP),  NAME(IPPROTO_GRE),
    NAME(IPPROTO_ESP),  NAME(IPPROTO_AH),    NAME(IPPROTO_ICMPV6), NAME(IPPROTO_SCTP), NAME(IPPROTO_UDPLITE),
    NAME(IPPROTO_RAW),  NAME(IPPROTO_MPTCP), NAME(IPPROTO_IPIP),   NAME(IPPROTO_IPV6)};
inline constexpr NamedValue netlink_protocols[] = {
    NAME(NETLINK_ROUTE),          NAME(NETLINK_USERSOCK),  NAME(NETLINK_SOCK_DIAG),     NAME(NETLINK_NFLOG),
    NAME(NETLINK_XFRM),           NAME(NETLINK_SELINUX),   NAME(NETLINK_ISCSI),         NAME(NETLINK_AUDIT),
    NAME(NETLINK_FIB_LOOKUP),     NAME(NETLINK_CONNECTOR), NAME(NETLINK_NETFILTER),     NAME(NETLINK_DNRTMSG),
    NAME(NETLINK_KOBJECT_UEVENT), NAME(NETLINK_GENERIC),   NAME(NETLINK_SCSITRANSPORT), NAME(NETLINK_RDMA),
    NAME(NETLINK_CRYPTO)};
inline constexpr NamedValue socket_calls[] = {
    NAME(SYS_SOCKET),     NAME(SYS_BIND),       NAME(SYS_CONNECT), NAME(SYS_LISTEN), NAME(SYS_ACCEPT),
    NAME(SYS_SOCKETPAIR), NAME(SYS_SEND),       NAME(SYS_RECV),    NAME(SYS_SENDTO), NAME(SYS_RECVFROM),
    NAME(SYS_SETSOCKOPT), NAME(SYS_GETSOCKOPT), NAME(SYS_SENDMSG), NAME(SYS_RECVMSG)};
inline constexpr NamedValue socket_levels[] = {
    NAME(SOL_SOCKET), NAME(SOL_IP),  {IPPROTO_TCP, "SOL_TCP"}, {IPPROTO_UDP, "SOL_UDP"}, NAME(SOL_IPV6),
    NAME(SOL_ICMPV6), NAME(SOL_RAW), NAME(SOL_PACKET),         NAME(SOL_NETLINK),        NAME(SOL_ALG),
    NAME(SOL_XDP)};
inline constexpr NamedValue socket_options[] = {NAME(SO_DEBUG),
                                                NAME(SO_REUSEADDR),
                                                NAME(SO_BROADCAST),
                                                NAME(SO_SNDBUF),
                                                NAME(SO_RCVBUF),
                                                NAME(SO_SNDBUFFORCE),
                                                NAME(SO_RCVBUFFORCE),
                                                NAME(SO_PRIORITY),
                                                NAME(SO_PASSCRED),
                                                NAME(SO_PEERCRED),
                                                NAME(SO_BINDTODEVICE),
                                                NAME(SO_ATTACH_FILTER),
                                                NAME(SO_DETACH_FILTER),
                                                NAME(SO_MARK),
                                                NAME(SO_LOCK_FILTER),
                                                NAME(SO_BUSY_POLL),
                                                NAME(SO_ATTACH_BPF),
                                                NAME(SO_ATTACH_REUSEPORT_EBPF),
                                                NAME(SO_TXTIME),
                                                NAME(SO_BINDTOIFINDEX),
                                                NAME(SO_REUSEPORT),
                                                NAME(SO_PREFER_BUSY_POLL),
                                                NAME(SO_BUSY_POLL_BUDGET),
                                                NAME(SO_RESERVE_MEM),
                                                NAME(SO_TIMESTAMPING)};
inline constexpr NamedValue ip_options[] = {NAME(IP_TOS),          NAME(IP_TTL),
                                            NAME(IP_HDRINCL),      NAME(IP_OPTIONS),
                                            NAME(IP_TRANSPARENT),  NAME(IP_FREEBIND),
                                            NAME(IP_MTU_DISCOVER), NAME(IP_RECVERR),
                                            NAME(IP_IPSEC_POLICY), NAME(IP_XFRM_POLICY),
                                            NAME(IP_MULTICAST_IF), NAME(IP_ADD_MEMBERSHIP),
                                            NAME(IP_PKTINFO),      NAME(IP_BIND_ADDRESS_NO_PORT)};
inline constexpr NamedValue ipv6_options[] = {NAME(IPV6_V6ONLY),      NAME(IPV6_UNICAST_HOPS), NAME(IPV6_TRANSPARENT),
                                              NAME(IPV6_FREEBIND),    NAME(IPV6_HDRINCL),      NAME(IPV6_IPSEC_POLICY),
                                              NAME(IPV6_XFRM_POLICY), NAME(IPV6_HOPOPTS),      NAME(IPV6_DSTOPTS),
                                              NAME(IPV6_RTHDR),       NAME(IPV6_JOIN_GROUP),   NAME(IPV6_RECVPKTINFO),
                                              NAME(IPV6_TCLASS),      NAME(IPV6_AUTOFLOWLABEL)};
inline constexpr NamedValue priority_of[] = {NAME(PRIO_PROCESS), NAME(PRIO_PGRP), NAME(PRIO_USER)};
// include/uapi/linux/ioprio.h, which some versions have in a form that is not C++.
inline constexpr NamedValue io_priority_of[] = {
    {1, "IOPRIO_WHO_PROCESS"}, {2, "IOPRIO_WHO_PGRP"}, {3, "IOPRIO_WHO_USER"}};
// include/uapi/linux/sched.h; user space says SCHED_OTHER.
inline constexpr NamedValue policies[] = {{0, "SCHED_OTHER"}, {1, "SCHED_FIFO"}, {2, "SCHED_RR"},
                                          {3, "SCHED_BATCH"}, {5, "SCHED_IDLE"}, {6, "SCHED_DEADLINE"}};
inline constexpr NamedValue limits[] = {
    NAME(RLIMIT_CPU),      NAME(RLIMIT_FSIZE), NAME(RLIMIT_DATA),   NAME(RLIMIT_STACK),
    NAME(RLIMIT_CORE),     NAME(RLIMIT_RSS),   NAME(RLIMIT_NPROC),  NAME(RLIMIT_NOFILE),
    NAME(RLIMIT_MEMLOCK),  NAME(RLIMIT_AS),    NAME(RLIMIT_LOCKS),  NAME(RLIMIT_SIGPENDING),
    NAME(RLIMIT_MSGQUEUE), NAME(RLIMIT_NICE),  NAME(RLIMIT_RTPRIO), NAME(RLIMIT_RTTIME)};
inline constexpr NamedValue secure_bits[] = {NAME(SECBIT_NOROOT),
                                             NAME(SECBIT_NOROOT_LOCKED),
                                             NAME(SECBIT_NO_SETUID_FIXUP),
                                             NAME(SECBIT_NO_SETUID_FIXUP_LOCKED),
                                             NAME(SECBIT_KEEP_CAPS),
                                             NAME(SECBIT_KEEP_CAPS_LOCKED),
                                             NAME(SECBIT_NO_CAP_AMBIENT_RAISE),
                                             NAME(SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)};
inline constexpr NamedValue ambient_actions[] = {NAME(PR_CAP_AMBIENT_IS_SET), NAME(PR_CAP_AMBIENT_RAISE),
                                                 NAME(PR_CAP_AMBIENT_LOWER), NAME(PR_CAP_AMBIENT_CLEAR_ALL)};
inline constexpr NamedValue seccomp_modes[] = {NAME(SECCOMP_MODE_STRICT), NAME(SECCOMP_MODE_FILTER)};
inline constexpr NamedValue seccomp_operations[] = {NAME(SECCOMP_SET_MODE_STRICT), NAME(SECCOMP_SET_MODE_FILTER),
                                                    NAME(SECCOMP_GET_ACTION_AVAIL), NAME(SECCOMP_GET_NOTIF_SIZES)};
inline constexpr NamedValue seccomp_flags[] = {
    NAME(SECCOMP_FILTER_FLAG_TSYNC), NAME(SECCOMP_FILTER_FLAG_LOG), NAME(SECCOMP_FILTER_FLAG_SPEC_ALLOW),
    NAME(SECCOMP_FILTER_FLAG_NEW_LISTENER), NAME(SECCOMP_FILTER_FLAG_TSYNC_ESRCH)};
inline constexpr NamedValue memory_fields[] = {
    NAME(PR_SET_MM_START_CODE),  NAME(PR_SET_MM_END_CODE),  NAME(PR_SET_MM_START_DATA), NAME(PR_SET_MM_END_DATA),
    NAME(PR_SET_MM_START_STACK), NAME(PR_SET_MM_START_BRK), NAME(PR_SET_MM_BRK),        NAME(PR_SET_MM_ARG_START),
    NAME(PR_SET_MM_ARG_END),     NAME(PR_SET_MM_ENV_START), NAME(PR_SET_MM_ENV_END),    NAME(PR_SET_MM_AUXV),
    NAME(PR_SET_MM_EXE_FILE),    NAME(PR_SET_MM_MAP),       NAME(PR_SET_MM_MAP_SIZE)};
inline constexpr NamedValue protections[] = {NAME(PROT_NONE), NAME(PROT_READ), NAME(PROT_WRITE), NAME(PROT_EXEC)};
inline constexpr NamedValue map_flags[] = {
    NAME(MAP_SHARED_VALIDATE), NAME(MAP_SHARED),    NAME(MAP_PRIVATE), NAME(MAP_FIXED),          NAME(MAP_ANONYMOUS),
    NAME(MAP_GROWSDOWN),       NAME(MAP_DENYWRITE), NAME(MAP_LOCKED),  NAME(MAP_NORESERVE),      NAME(MAP_POPULATE),
    NAME(MAP_NONBLOCK),        NAME(MAP_STACK),     NAME(MAP_HUGETLB), NAME(MAP_FIXED_NOREPLACE)};
inline constexpr NamedValue remap_flags[] = {NAME(MREMAP_MAYMOVE), NAME(MREMAP_FIXED), NAME(MREMAP_DONTUNMAP)};
inline constexpr NamedValue lock_flags[] = {NAME(MLOCK_ONFAULT)};
inline constexpr NamedValue lock_all_flags[] = {NAME(MCL_CURRENT), NAME(MCL_FUTURE), NAME(MCL_ONFAULT)};
inline constexpr NamedValue memory_file_flags[] = {NAME(MFD_CLOEXEC), NAME(MFD_ALLOW_SEALING), NAME(MFD_HUGETLB)};
inline constexpr NamedValue shared_commands[] = {NAME(IPC_RMID), NAME(IPC_SET),    NAME(IPC_STAT), NAME(IPC_INFO),
                                                 NAME(SHM_LOCK), NAME(SHM_UNLOCK), NAME(SHM_STAT), NAME(SHM_INFO)};
inline constexpr NamedValue perf_flags[] = {NAME(PERF_FLAG_FD_NO_GROUP), NAME(PERF_FLAG_FD_OUTPUT),
                                            NAME(PERF_FLAG_PID_CGROUP), NAME(PERF_FLAG_FD_CLOEXEC)};
// O_NONBLOCK and O_TRUNC of include/uapi/asm-generic/fcntl.h
inline constexpr NamedValue unload_flags[] = {{04000, "O_NONBLOCK"}, {01000, "O_TRUNC"}};
inline constexpr NamedValue module_flags[] = {NAME(MODULE_INIT_IGNORE_MODVERSIONS), NAME(MODULE_INIT_IGNORE_VERMAGIC),
                                              NAME(MODULE_INIT_COMPRESSED_FILE)};
inline constexpr NamedValue kexec_flags[] = {NAME(KEXEC_ON_CRASH), NAME(KEXEC_PRESERVE_CONTEXT)};
inline constexpr NamedValue kexec_file_flags[] = {NAME(KEXEC_FILE_UNLOAD), NAME(KEXEC_FILE_ON_CRASH),
                                                  NAME(KEXEC_FILE_NO_INITRAMFS)};
inline constexpr NamedValue reboot_commands[] = {NAME(LINUX_REBOOT_CMD_RESTART),    NAME(LINUX_REBOOT_CMD_HALT),
                                                 NAME(LINUX_REBOOT_CMD_CAD_ON),     NAME(LINUX_REBOOT_CMD_CAD_OFF),
                                                 NAME(LINUX_REBOOT_CMD_POWER_OFF),  NAME(LINUX_REBOOT_CMD_RESTART2),
                                                 NAME(LINUX_REBOOT_CMD_SW_SUSPEND), NAME(LINUX_REBOOT_CMD_KEXEC)};
inline constexpr NamedValue key_operations[] = {NAME(KEYCTL_GET_KEYRING_ID),
                                                NAME(KEYCTL_JOIN_SESSION_KEYRING),
                                                NAME(KEYCTL_UPDATE),
                                                NAME(KEYCTL_REVOKE),
                                                NAME(KEYCTL_CHOWN),
                                                NAME(KEYCTL_SETPERM),
                                                NAME(KEYCTL_DESCRIBE),
                                                NAME(KEYCTL_CLEAR),
                                                NAME(KEYCTL_LINK),
                                                NAME(KEYCTL_UNLINK),
                                                NAME(KEYCTL_SEARCH),
                                                NAME(KEYCTL_READ),
                                                NAME(KEYCTL_INSTANTIATE),
                                                NAME(KEYCTL_NEGATE),
                                                NAME(KEYCTL_SET_REQKEY_KEYRING),
                                                NAME(KEYCTL_SET_TIMEOUT),
                                                NAME(KEYCTL_ASSUME_AUTHORITY),
                                                NAME(KEYCTL_GET_SECURITY),
                                                NAME(KEYCTL_SESSION_TO_PARENT),
                                                NAME(KEYCTL_REJECT),
                                                NAME(KEYCTL_INSTANTIATE_IOV),
                                                NAME(KEYCTL_INVALIDATE),
                                                NAME(KEYCTL_GET_PERSISTENT)};
inline constexpr NamedValue clocks[] = {
    NAME(CLOCK_REALTIME), NAME(CLOCK_MONOTONIC),      NAME(CLOCK_PROCESS_CPUTIME_ID), NAME(CLOCK_THREAD_CPUTIME_ID),
    NAME(CLOCK_BOOTTIME), NAME(CLOCK_REALTIME_ALARM), NAME(CLOCK_BOOTTIME_ALARM),     NAME(CLOCK_TAI)};
inline constexpr NamedValue shared_flags[] = {NAME(IPC_CREAT), NAME(IPC_EXCL), NAME(SHM_HUGETLB)};
// kernel/printk/printk.c: SYSLOG_ACTION_...
inline constexpr NamedValue log_actions[] = {
    {0, "SYSLOG_ACTION_CLOSE"},       {1, "SYSLOG_ACTION_OPEN"},        {2, "SYSLOG_ACTION_READ"},
    {3, "SYSLOG_ACTION_READ_ALL"},    {4, "SYSLOG_ACTION_READ_CLEAR"},  {5, "SYSLOG_ACTION_CLEAR"},
    {6, "SYSLOG_ACTION_CONSOLE_OFF"}, {7, "SYSLOG_ACTION_CONSOLE_ON"},  {8, "SYSLOG_ACTION_CONSOLE_LEVEL"},
    {9, "SYSLOG_ACTION_SIZE_UNREAD"}, {10, "SYSLOG_ACTION_SIZE_BUFFER"}};

#undef NAME

}  // namespace caprec::call_names
