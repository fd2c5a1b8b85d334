// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caprec {

// The values of the trace's `abi` columns (trace.capnp).
enum class Abi : std::uint8_t { none = 0, x86_64 = 1, i386 = 2, x32 = 3, arm64 = 4, arm = 5 };

// "openat"; a number without a name is "syscall_470"; Abi::none is "".  x32 numbers are taken with and without
// the bit 0x40000000.  The tables are made from libseccomp's at build time, for all ABIs on any build machine.
std::string syscall_name(Abi abi, std::uint64_t number);

// The number of a syscall in that ABI (x32: without the bit); nothing when the ABI does not have it.
std::optional<unsigned> syscall_number(Abi abi, std::string_view name);

// "EPERM" for 1; "errno_600" for a number without a name.
std::string errno_name(int number);

// 1 for "EPERM"; nothing for a word that is not the name of an errno.
std::optional<int> errno_number(std::string_view name);

}  // namespace caprec
