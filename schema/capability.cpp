// SPDX-License-Identifier: Apache-2.0
#include "schema/capability.h"

#include <array>
#include <charconv>

namespace caprec {
namespace {

constexpr std::array<std::string_view, known_capabilities> names{
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
};
static_assert(!names.back().empty());

constexpr std::string_view prefix = "CAP_";

// std::toupper would ask the locale.
std::string upper_case(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

}  // namespace

std::string capability_name(unsigned number) {
    return std::string(prefix) + (number < names.size() ? std::string(names[number]) : std::to_string(number));
}

std::optional<unsigned> capability_number(std::string_view name) {
    const std::string upper = upper_case(name);
    std::string_view stem = upper;
    const bool prefixed = stem.starts_with(prefix);
    if (prefixed)
        stem.remove_prefix(prefix.size());
    for (unsigned number = 0; number < names.size(); ++number)
        if (names[number] == stem)
            return number;
    unsigned number = 0;
    const char* end = stem.data() + stem.size();
    const auto [parsed_to, error] = std::from_chars(stem.data(), end, number);
    if (!prefixed || error != std::errc{} || parsed_to != end || number > 63)
        return std::nullopt;
    return number;
}

std::vector<unsigned> CapabilitySet::members() const {
    std::vector<unsigned> result;
    for (unsigned number = 0; number < 64; ++number)
        if (contains(number))
            result.push_back(number);
    return result;
}

}  // namespace caprec
