// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace caprec {

// A way by which the kernel comes to a capability check: by a security module's hook, or from the functions beside
// cap_capable() in the same source file (security/commoncap.c), into which a compiler may have inlined it.  A program
// that hooks the function does not see such a check.
struct EntryPath {
    const char* name;          // the question, in words
    std::uint32_t capability;  // the capability that is asked for
    long syscall;              // the syscall that asks
    bool (*ask)();             // makes the check, granted or not, and changes nothing; false: it cannot be made here
};
enum PathPlace : unsigned { path_by_module, path_of_memory, path_of_capset, path_of_securebits, path_count };
std::span<const EntryPath, path_count> entry_paths();

}  // namespace caprec
