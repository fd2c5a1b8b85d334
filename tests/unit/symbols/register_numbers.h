// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace caprec {

// The registers of x86-64 by DWARF's numbers; rip stands for the return address.
inline constexpr std::size_t rax = 0, rbx = 3, rbp = 6, rsp = 7, rip = 16;

}  // namespace caprec
