// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "bpf/event.h"

namespace caprec {

// Tells the kernel side what it must know of syscalls: calls `put` with (place in the traits map, traits) for every
// syscall of the table in each ABI that has it.
void for_each_trait(const std::function<void(unsigned place, const ev_syscall_traits&)>& put);

// The entries of /proc/PID that the kernel shows only to a process that may trace PID: calls `put` with the name,
// padded with NULs, and its flags (enum ev_entry_flags).
using EntryName = std::array<char, EV_ENTRY_BYTES>;
void for_each_entry(const std::function<void(const EntryName& name, std::uint32_t flags)>& put);

}  // namespace caprec
