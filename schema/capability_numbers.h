// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace caprec {

// The capabilities that this code knows by name, with their numbers in include/uapi/linux/capability.h.
inline constexpr unsigned cap_chown = 0;
inline constexpr unsigned cap_dac_override = 1;
inline constexpr unsigned cap_dac_read_search = 2;
inline constexpr unsigned cap_fowner = 3;
inline constexpr unsigned cap_fsetid = 4;
inline constexpr unsigned cap_kill = 5;
inline constexpr unsigned cap_setgid = 6;
inline constexpr unsigned cap_setuid = 7;
inline constexpr unsigned cap_setpcap = 8;
inline constexpr unsigned cap_net_bind_service = 10;
inline constexpr unsigned cap_net_broadcast = 11;
inline constexpr unsigned cap_net_admin = 12;
inline constexpr unsigned cap_net_raw = 13;
inline constexpr unsigned cap_ipc_lock = 14;
inline constexpr unsigned cap_sys_module = 16;
inline constexpr unsigned cap_sys_rawio = 17;
inline constexpr unsigned cap_sys_ptrace = 19;
inline constexpr unsigned cap_sys_admin = 21;
inline constexpr unsigned cap_sys_boot = 22;
inline constexpr unsigned cap_sys_nice = 23;
inline constexpr unsigned cap_sys_resource = 24;
inline constexpr unsigned cap_sys_time = 25;
inline constexpr unsigned cap_mknod = 27;
inline constexpr unsigned cap_audit_write = 29;
inline constexpr unsigned cap_setfcap = 31;
inline constexpr unsigned cap_syslog = 34;
inline constexpr unsigned cap_wake_alarm = 35;
inline constexpr unsigned cap_audit_read = 37;  // since 3.16 the last one that every kernel has
inline constexpr unsigned cap_perfmon = 38;
inline constexpr unsigned cap_bpf = 39;

}  // namespace caprec
