// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace caprec {

// The BPF programs, as an ELF object, in the variant that uses all of the running kernel's features that not every
// kernel has (bpf/kernel_variant.bpf.h).  The names in the kernel's BTF tell which variant that is.
struct ProgramVariant {
    unsigned number = 0;
    std::span<const std::byte> object;
    // Whether the programs find the process that the kernel compared, when a call names it by number: in the initial
    // PID namespace, and in another one.
    bool finds_tasks = false, finds_tasks_by_own_number = false;
    // Whether the kernel preempts programs at tracepoints, and leaves out one that another task is in the middle of.
    bool preempts_programs = false;
};
ProgramVariant program_variant();

}  // namespace caprec
