// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace caprec {

// The BPF programs, as an ELF object, in the variant that uses all that the running kernel has of what not every kernel
// has (bpf/kernel_variant.bpf.h).  The names in its BTF tell which that is.
struct ProgramVariant {
    unsigned number = 0;
    std::span<const std::byte> object;
    // With whom the kernel compared a process, where a call names it by its number: in the initial PID namespace, and
    // in one of its own.
    bool finds_tasks = false, finds_tasks_by_own_number = false;
};
ProgramVariant program_variant();

}  // namespace caprec
