// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace caprec {

inline constexpr std::size_t max_call_bytes = 7;

// How long the call at the end of this x86-64 code is: 0: there is none, it is not where a call returns to.  (A prefix
// in front does not count.)
std::size_t call_at_end(std::string_view code);

}  // namespace caprec
