// SPDX-License-Identifier: Apache-2.0
#include "schema/syscalls.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace caprec {
namespace {

struct SyscallEntry {
    std::uint32_t number;
    std::string_view name;
};

#include "schema/syscall_tables.inc"

template <std::size_t Count> constexpr std::array<SyscallEntry, Count> by_name(const SyscallEntry (&entries)[Count]) {
    std::array<SyscallEntry, Count> sorted = std::to_array(entries);
    std::ranges::sort(sorted, {}, &SyscallEntry::name);
    return sorted;
}

// In ascending order of numbers.
std::span<const SyscallEntry> table(Abi abi) {
    switch (abi) {
        case Abi::none: return {};
        case Abi::x86_64: return x86_64_syscalls;
        case Abi::i386: return i386_syscalls;
        case Abi::x32: return x32_syscalls;
        case Abi::arm64: return arm64_syscalls;
        case Abi::arm: return arm_syscalls;
    }
    return {};
}

// In ascending order of names.
std::span<const SyscallEntry> entries_by_name(Abi abi) {
    static constexpr auto x86_64 = by_name(x86_64_syscalls);
    static constexpr auto i386 = by_name(i386_syscalls);
    static constexpr auto x32 = by_name(x32_syscalls);
    static constexpr auto arm64 = by_name(arm64_syscalls);
    static constexpr auto arm = by_name(arm_syscalls);
    switch (abi) {
        case Abi::none: return {};
        case Abi::x86_64: return x86_64;
        case Abi::i386: return i386;
        case Abi::x32: return x32;
        case Abi::arm64: return arm64;
        case Abi::arm: return arm;
    }
    return {};
}

constexpr std::uint64_t x32_bit = 0x40000000;  // the kernel's mark for a call of that ABI

}  // namespace

std::string syscall_name(Abi abi, std::uint64_t number) {
    if (abi == Abi::none)
        return {};
    const std::uint64_t plain = abi == Abi::x32 ? number & ~x32_bit : number;
    const auto entries = table(abi);
    const auto found = std::ranges::lower_bound(entries, plain, {}, &SyscallEntry::number);
    if (found != entries.end() && found->number == plain)
        return std::string(found->name);
    return "syscall_" + std::to_string(number);
}

std::optional<unsigned> syscall_number(Abi abi, std::string_view name) {
    const auto entries = entries_by_name(abi);
    const auto found = std::ranges::lower_bound(entries, name, {}, &SyscallEntry::name);
    if (found == entries.end() || found->name != name)
        return std::nullopt;
    return found->number;
}

std::string errno_name(int number) {
    const char* name = strerrorname_np(number);
    return name ? name : "errno_" + std::to_string(number);
}

std::optional<int> errno_number(std::string_view name) {
    constexpr int last_errno = 133;  // EHWPOISON
    for (int number = 1; number <= last_errno; ++number)
        if (errno_name(number) == name)
            return number;
    return std::nullopt;
}

}  // namespace caprec
