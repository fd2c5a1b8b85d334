// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace caprec {

// What the rules want to know of a syscall.
struct SyscallTraits {
    bool asks_for_access = false;           // access(2) and the like: asks about permission instead of using it
    bool accounts_memory = false;           // may ask the memory-overcommit test
    bool new_namespaces_by_flag = false;    // clone: flags in argument 0 may ask for new namespaces
    bool new_namespaces_by_memory = false;  // clone3: its flags are in memory that was not recorded
};

// Traits by ABI and number; syscalls without an entry have none.
class SyscallTable {
public:
    SyscallTable();
    SyscallTraits traits(std::uint64_t abi, std::uint64_t number) const;

private:
    static constexpr std::size_t abis = 6, numbers = 1024;
    std::array<std::vector<SyscallTraits>, abis> by_abi_;
};

}  // namespace caprec
