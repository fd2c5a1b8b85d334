// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "bpf/event.h"
#include "schema/syscalls.h"

namespace caprec {

struct CallArguments {
    ev_argument_set set{};
    std::uint8_t varies = 0;  // enum ev_varies
};

// The registers that hold arguments of a call in that ABI, by the kernel's SYSCALL_DEFINE; none for a call that is not
// known.
CallArguments arguments_of(Abi abi, std::string_view name);

// The calls whose arguments depend on a command word; `key` is the key in the kernel side's map (bpf/state.bpf.h).
void for_each_argument_set(const std::function<void(std::uint64_t key, const ev_argument_set& set)>& put);

}  // namespace caprec
