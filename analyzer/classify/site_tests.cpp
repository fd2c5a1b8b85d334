// SPDX-License-Identifier: Apache-2.0
//
// The conditions of SiteTest: what else the kernel looks at where it asks for a capability.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/fanotify.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "analyzer/classify/conditions.h"

namespace caprec::conditions {
namespace {

// setuid(2) with CAP_SETUID sets the real and the saved id as well, without it only the effective one: the
// capability makes no difference only where both are what they become.
std::optional<bool> same_id(const CheckFacts& f) {
    if (f.credential == nullptr || !f.in_syscall()) {
        return std::nullopt;
    }
    const auto id = static_cast<std::uint32_t>(f.row.args[0]);
    if (f.syscall.sets == SyscallTraits::Sets::uid) {
        return f.credential->uid == id && f.credential->suid == id;
    }
    if (f.syscall.sets == SyscallTraits::Sets::gid) {
        return f.credential->gid == id && f.credential->sgid == id;
    }
    return std::nullopt;
}

std::optional<bool> inheritable_within(const CheckFacts& f) {
    if (f.credential == nullptr || f.after == nullptr) {
        return std::nullopt;
    }
    return (f.after->inheritable - (f.credential->inheritable | f.credential->permitted)).empty();
}

// Files of /proc/sys are 0644 as a rule, and root of the initial user namespace owns them.
std::optional<bool> mode_bits(const CheckFacts& f) {
    if (f.credential == nullptr || !f.in_syscall()) {
        return std::nullopt;
    }
    const bool opened_to_write =
        f.syscall.open_argument > 0 && (f.row.args[f.syscall.open_argument - std::size_t{1}] & O_ACCMODE) != O_RDONLY;
    return f.credential->euid == 0 || !(f.syscall.writes || opened_to_write);
}

// Relative paths and descriptors do not tell whose files they are.
std::optional<bool> own_process(const CheckFacts& f) {
    for (const std::string_view prefix : {"/proc/self/", "/proc/thread-self/", "/dev/fd", "/dev/std"}) {
        if (f.path.starts_with(prefix)) {
            return true;
        }
    }
    constexpr std::string_view proc = "/proc/";
    if (!f.path.starts_with(proc) || f.tgid == 0) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    const std::string_view rest = f.path.substr(proc.size());
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    return error == std::errc() ? std::optional(number == f.tgid) : std::nullopt;
}

std::optional<bool> sysctl_allows(const CheckFacts& f) {
    const auto setting =
        std::ranges::find(f.run.sysctls, f.known->sysctl.first, &std::pair<std::string, std::string>::first);
    return setting != f.run.sysctls.end() ? std::optional(setting->second == f.known->sysctl.second) : std::nullopt;
}

// What FANOTIFY_ADMIN_INIT_FLAGS leaves, with a FID mode.
std::optional<bool> fanotify_unprivileged(const CheckFacts& f) {
    constexpr std::uint64_t fid_modes = FAN_REPORT_FID | 0x400U | 0x800U | 0x1000U;  // ... DIR_FID, NAME, TARGET_FID
    constexpr std::uint64_t for_everybody = FAN_CLOEXEC | FAN_NONBLOCK | fid_modes;
    if (!f.in_syscall()) {
        return std::nullopt;
    }
    if (!f.syscall.fanotify_init) {  // a mark
        return (f.row.args[1] & (FAN_MARK_MOUNT | FAN_MARK_FILESYSTEM)) == 0;
    }
    const std::uint64_t flags = f.row.args[0] & 0xffffffff;
    return (flags & ~for_everybody) == 0 && (flags & fid_modes) != 0;
}

// Whether the algorithm is one of those that everybody may use cannot be seen.
std::optional<bool> tcp_congestion(const CheckFacts& f) {
    const bool asks_for_algorithm = f.syscall.socket_option && (f.row.args[1] & 0xffffffff) == IPPROTO_TCP &&
                                    (f.row.args[2] & 0xffffffff) == TCP_CONGESTION;
    return f.in_syscall() && !asks_for_algorithm ? std::optional(false) : std::nullopt;
}

// perf_event_open(2): argument 1 is a thread, 0 the caller.
std::optional<bool> own_task(const CheckFacts& f) {
    const auto task = static_cast<std::uint32_t>(f.row.args[1]);
    return f.in_syscall() ? std::optional(!f.asked_again && (task == 0 || task == f.tgid)) : std::nullopt;
}

std::optional<bool> no_new_namespace(const CheckFacts& f) {
    return f.syscall.new_namespaces_by_flag ? std::optional((f.row.args[0] & new_namespace_flags) == 0) : std::nullopt;
}

std::optional<bool> mq_default(const CheckFacts& f) {
    return f.in_syscall() ? std::optional(f.row.args[3] == 0) : std::nullopt;
}

struct SocketOption {
    std::uint64_t level, option;
};
constexpr std::uint64_t ipv6_transparent = 75;
constexpr SocketOption raw_or_admin_options[] = {
    {SOL_SOCKET, SO_MARK}, {SOL_SOCKET, SO_PRIORITY}, {IPPROTO_IP, IP_TRANSPARENT}, {IPPROTO_IPV6, ipv6_transparent}};

bool raw_or_admin(const CheckFacts& f) {
    return f.syscall.socket_option && std::ranges::any_of(raw_or_admin_options, [&](const SocketOption& option) {
               return (f.row.args[1] & 0xffffffff) == option.level && (f.row.args[2] & 0xffffffff) == option.option;
           });
}

}  // namespace

std::optional<bool> allowed_otherwise(const CheckFacts& f) {
    if (f.known == nullptr) {
        return std::nullopt;
    }
    switch (f.known->test) {
        case SiteTest::same_id: return same_id(f);
        case SiteTest::inheritable_within: return inheritable_within(f);
        case SiteTest::last_ask: return !f.asked_again;
        case SiteTest::mode_bits: return mode_bits(f);
        case SiteTest::own_process: return own_process(f);
        case SiteTest::sysctl: return sysctl_allows(f);
        case SiteTest::fanotify: return fanotify_unprivileged(f);
        case SiteTest::own_task: return own_task(f);
        case SiteTest::tcp_congestion: return tcp_congestion(f);
        case SiteTest::new_namespace: return no_new_namespace(f);
        case SiteTest::mq_default: return mq_default(f);
        case SiteTest::none:
        case SiteTest::maps_root:
        case SiteTest::own_credential:
        case SiteTest::setgid_bit:
        case SiteTest::fallback:
        case SiteTest::raw_or_admin: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<bool> keeps_setgid_bit(const CheckFacts& f) {
    if (!f.in_syscall() || f.syscall.mode_in_memory) {
        return std::nullopt;
    }
    // Of calls without a mode it is the kernel's own, which clears the bits that a change of owner or a write ends.
    return f.syscall.mode_argument > 0 && (f.row.args[f.syscall.mode_argument - std::size_t{1}] & S_ISGID) != 0;
}

bool maps_root(const CheckFacts& f) {
    return f.test(SiteTest::maps_root) && f.granted() && f.credential != nullptr && f.credential->euid == 0 &&
           f.target_namespace != nullptr && f.run.home_known && f.target_namespace->level == f.run.home.level + 1;
}

bool groups_unchanged(const CheckFacts& f) {
    return f.syscall.sets == SyscallTraits::Sets::groups && f.credential != nullptr && f.after != nullptr &&
           f.credential->group_count == f.after->group_count && f.credential->group_hash == f.after->group_hash;
}

CapabilitySet would_do(const CheckFacts& f) {
    const CapabilitySet own = CapabilitySet::of({static_cast<unsigned>(f.row.capability)});
    if (f.known == nullptr) {
        return own;
    }
    CapabilitySet others = f.known->any_of;
    if (f.known->test == SiteTest::fallback) {
        others = others & f.denied_before;
    } else if (f.known->test == SiteTest::raw_or_admin && !raw_or_admin(f)) {
        others = CapabilitySet();
    }
    return others | own;
}

bool others_would_do(const CheckFacts& f) { return would_do(f).size() > 1; }

}  // namespace caprec::conditions
