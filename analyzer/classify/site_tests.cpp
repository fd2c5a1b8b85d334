// SPDX-License-Identifier: Apache-2.0
//
// The conditions of SiteTest: the other things that the kernel looks at where it asks for a capability.
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/fanotify.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>

#include "analyzer/classify/conditions.h"
#include "schema/capability_numbers.h"

namespace caprec::conditions {
namespace {

// With CAP_SETUID, setuid(2) sets the real and the saved id as well, and without it only the effective one.  So the
// capability makes no difference only when these two already have the value that they would get.
std::optional<bool> same_id(const CheckFacts& f) {
    if (f.credential == nullptr || !f.in_syscall())
        return std::nullopt;
    const auto id = static_cast<std::uint32_t>(f.row.args[0]);
    if (f.syscall.sets == SyscallTraits::Sets::uid)
        return f.credential->uid == id && f.credential->suid == id;
    if (f.syscall.sets == SyscallTraits::Sets::gid)
        return f.credential->gid == id && f.credential->sgid == id;
    return std::nullopt;
}

std::optional<bool> inheritable_within(const CheckFacts& f) {
    if (f.credential == nullptr || f.after == nullptr)
        return std::nullopt;
    return (f.after->inheritable - (f.credential->inheritable | f.credential->permitted)).empty();
}

// Files of /proc/sys are 0644 as a rule, and root of the initial user namespace owns them.
std::optional<bool> mode_bits(const CheckFacts& f) {
    if (f.credential == nullptr || !f.in_syscall())
        return std::nullopt;
    const bool opened_to_write =
        f.syscall.open_argument > 0 && (f.row.args[f.syscall.open_argument - std::size_t{1}] & O_ACCMODE) != O_RDONLY;
    return f.credential->euid == 0 || !(f.syscall.writes || opened_to_write);
}

// In traces that do not tell, the path counts when it is too plain to lead elsewhere: /proc/PID/fd, and below.
std::optional<bool> own_process(const CheckFacts& f) {
    if (f.around.whose != Whose::unknown)
        return f.around.whose == Whose::own;
    if (f.path.find("..") != std::string_view::npos)
        return std::nullopt;
    for (const std::string_view directory : {"/proc/self/fd", "/proc/thread-self/fd", "/dev/fd"}) {
        const std::string_view rest = f.path.substr(std::min(directory.size(), f.path.size()));
        if (f.path.starts_with(directory) && (rest.empty() || rest.front() == '/') &&
            rest.find('/', 1) == std::string_view::npos)
            return true;
    }
    constexpr std::string_view proc = "/proc/";
    if (!f.path.starts_with(proc) || f.tgid == 0)
        return std::nullopt;
    std::uint32_t number = 0;
    const std::string_view rest = f.path.substr(proc.size());
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const std::string_view below(end, static_cast<std::size_t>(rest.data() + rest.size() - end));
    return error == std::errc() && (below == "/fd" || (below.starts_with("/fd/") && below.find('/', 4) == below.npos))
               ? std::optional(number == f.tgid)
               : std::nullopt;
}

std::optional<bool> sysctl_allows(const CheckFacts& f) {
    const auto setting =
        std::ranges::find(f.run.sysctls, f.known->sysctl.first, &std::pair<std::string, std::string>::first);
    return setting != f.run.sysctls.end() ? std::optional(setting->second == f.known->sysctl.second) : std::nullopt;
}

// in_group_p(): the group of file access, or a supplementary one, of which not all may have been recorded.
std::optional<bool> in_group(const CheckFacts& f) {
    const auto setting =
        std::ranges::find(f.run.sysctls, f.known->sysctl.first, &std::pair<std::string, std::string>::first);
    if (setting == f.run.sysctls.end() || f.credential == nullptr)
        return std::nullopt;
    std::uint32_t group = 0;
    const std::string& text = setting->second;
    if (std::from_chars(text.data(), text.data() + text.size(), group).ec != std::errc())
        return std::nullopt;
    const Credential& credential = *f.credential;
    if (credential.fsgid == group || std::ranges::find(credential.groups, group) != credential.groups.end())
        return true;
    return credential.group_count > credential.groups.size() ? std::nullopt : std::optional(false);
}

// The commands that vt_ioctl() lets only the owner of the console use.  All other commands, also those of other
// terminals, are done whatever the answer is.
constexpr std::uint64_t console_changes[] = {
    KIOCSOUND,    KDMKTONE,       KDKBDREP,        KDSETMODE,     KDSKBMODE,    KDSKBENT,      KDSKBDIACR,
    KDSKBDIACRUC, KDSKBSENT,      KDSKBLED,        KDSETLED,      KDSETKEYCODE, KDSIGACCEPT,   KDFONTOP,
    PIO_CMAP,     PIO_FONT,       PIO_FONTX,       PIO_FONTRESET, PIO_UNIMAP,   GIO_UNIMAP,    PIO_UNIMAPCLR,
    PIO_SCRNMAP,  PIO_UNISCRNMAP, VT_SETMODE,      VT_RELDISP,    VT_ACTIVATE,  VT_WAITACTIVE, VT_RESIZE,
    VT_RESIZEX,   VT_LOCKSWITCH,  VT_UNLOCKSWITCH, VT_SETACTIVATE};

std::optional<bool> leaves_console(const CheckFacts& f) {
    if (!f.in_syscall())
        return std::nullopt;
    return std::ranges::find(console_changes, f.row.args[1] & 0xffffffff) == std::end(console_changes);
}

// Everybody may use flags outside of FANOTIFY_ADMIN_INIT_FLAGS, with a FID mode.
std::optional<bool> fanotify_unprivileged(const CheckFacts& f) {
    constexpr std::uint64_t fid_modes = FAN_REPORT_FID | 0x400U | 0x800U | 0x1000U;  // ... DIR_FID, NAME, TARGET_FID
    constexpr std::uint64_t for_everybody = FAN_CLOEXEC | FAN_NONBLOCK | fid_modes;
    if (!f.in_syscall())
        return std::nullopt;
    if (!f.syscall.fanotify_init)  // a mark
        return (f.row.args[1] & (FAN_MARK_MOUNT | FAN_MARK_FILESYSTEM)) == 0;
    const std::uint64_t flags = f.row.args[0] & 0xffffffff;
    return (flags & ~for_everybody) == 0 && (flags & fid_modes) != 0;
}

// It cannot be seen whether the algorithm is one of those that everybody may use.
std::optional<bool> tcp_congestion(const CheckFacts& f) {
    const bool asks_for_algorithm = f.syscall.socket_option && (f.row.args[1] & 0xffffffff) == IPPROTO_TCP &&
                                    (f.row.args[2] & 0xffffffff) == TCP_CONGESTION;
    return f.in_syscall() && !asks_for_algorithm ? std::optional(false) : std::nullopt;
}

// perf_event_open(2): argument 1 is a thread, 0 the calling one.  Nothing is asked of a process that may trace it.
std::optional<bool> own_task(const CheckFacts& f) {
    const auto task = static_cast<std::uint32_t>(f.row.args[1]);
    return f.in_syscall()
               ? std::optional(!f.around.asked_again && (task == 0 || task == f.tgid || f.around.whose == Whose::own))
               : std::nullopt;
}

std::optional<bool> no_new_namespace(const CheckFacts& f) {
    return f.syscall.new_namespaces_by_flag ? std::optional((f.row.args[0] & new_namespace_flags) == 0) : std::nullopt;
}

std::optional<bool> mq_default(const CheckFacts& f) {
    return f.in_syscall() && !f.flag(check_arguments_withheld) ? std::optional(f.row.args[3] == 0) : std::nullopt;
}

// Everybody may read the header of a PCI device's configuration.
std::optional<bool> pci_header(const CheckFacts& f) {
    constexpr std::uint64_t header_bytes = 64;
    return f.syscall.reads_at && f.row.args[2] <= header_bytes && f.row.args[3] <= header_bytes - f.row.args[2];
}

// For SIGCONT the recording does not tell, as it has no sessions.  Other signals do not depend on the session.
std::optional<bool> continues(const CheckFacts& f) {
    const bool other = f.syscall.signal_argument > 0 &&
                       (f.row.args[f.syscall.signal_argument - std::size_t{1}] & 0xffffffff) != SIGCONT;
    return other ? std::optional(false) : std::nullopt;
}

// After a denial the kernel asks for CAP_DAC_OVERRIDE, when the mode bits do not let the process write; after a grant
// it asks for nothing.
std::optional<bool> write_permission(const CheckFacts& f) {
    return f.denied() && f.outcome_known() ? std::optional(!f.around.denied_after.contains(cap_dac_override))
                                           : std::nullopt;
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
    if (f.known == nullptr)
        return std::nullopt;
    switch (f.known->test) {
        case SiteTest::same_id: return same_id(f);
        case SiteTest::inheritable_within: return inheritable_within(f);
        case SiteTest::last_ask: return !f.around.asked_again;
        case SiteTest::mode_bits: return mode_bits(f);
        case SiteTest::own_process: return own_process(f);
        case SiteTest::sysctl: return sysctl_allows(f);
        case SiteTest::fanotify: return fanotify_unprivileged(f);
        case SiteTest::own_task: return own_task(f);
        case SiteTest::tcp_congestion: return tcp_congestion(f);
        case SiteTest::in_group: return in_group(f);
        case SiteTest::console: return leaves_console(f);
        case SiteTest::new_namespace: return no_new_namespace(f);
        case SiteTest::mq_default: return mq_default(f);
        case SiteTest::names_nothing: return f.around.names_nothing;
        case SiteTest::lists_nothing: return f.around.returned_nothing;
        case SiteTest::pci_header: return pci_header(f);
        case SiteTest::continues: return continues(f);
        case SiteTest::write_permission: return write_permission(f);
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
    if (!f.in_syscall() || f.syscall.mode_in_memory || f.syscall.result_elsewhere)
        return std::nullopt;
    // For calls without a mode the kernel uses its own, without the bits that a change of owner or a write clears.
    return f.syscall.mode_argument > 0 && (f.row.args[f.syscall.mode_argument - std::size_t{1}] & S_ISGID) != 0;
}

bool maps_root(const CheckFacts& f) {
    // A writer from outside is asked.  From inside only one's own id can be mapped.
    const bool from_inside = f.target_namespace != nullptr && f.credential_namespace != nullptr &&
                             *f.target_namespace == *f.credential_namespace;
    return f.test(SiteTest::maps_root) && f.granted() && f.credential != nullptr && f.credential->euid == 0 &&
           from_inside && f.run.home_known && f.target_namespace->level == f.run.home.level + 1;
}

bool groups_unchanged(const CheckFacts& f) {
    return f.syscall.sets == SyscallTraits::Sets::groups && f.credential != nullptr && f.after != nullptr &&
           f.credential->group_count == f.after->group_count && f.credential->group_hash == f.after->group_hash;
}

CapabilitySet would_do(const CheckFacts& f) {
    const CapabilitySet own = CapabilitySet::of({static_cast<unsigned>(f.row.capability)});
    if (f.known == nullptr)
        return own;
    CapabilitySet others = f.known->any_of;
    if (f.known->test == SiteTest::fallback)
        others = others & (f.around.denied_before | (f.denied() ? f.around.denied_after : CapabilitySet()));
    else if (f.known->test == SiteTest::raw_or_admin && !raw_or_admin(f))
        others = CapabilitySet();
    else if (f.known->test == SiteTest::own_task && f.around.asked_again)  // the question whose task it is comes later
        others = others - CapabilitySet::of({cap_sys_ptrace});
    // a capability that the program holds but has not raised would have done nothing here, so it does not count
    if (f.credential != nullptr)
        others = others - (f.credential->permitted - f.credential->effective);
    return others | own;
}

bool others_would_do(const CheckFacts& f) { return would_do(f).size() > 1; }

}  // namespace caprec::conditions
