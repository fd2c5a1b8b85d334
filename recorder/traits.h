// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "bpf/event.h"

namespace caprec {

// What the kernel side must know of syscalls: calls `put` with (place in the traits map, traits) for every syscall
// of the table in each ABI that has it.
void for_each_trait(const std::function<void(unsigned place, const ev_syscall_traits&)>& put);

}  // namespace caprec
