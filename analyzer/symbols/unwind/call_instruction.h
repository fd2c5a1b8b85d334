// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace caprec {

inline constexpr std::size_t max_call_bytes = 7;

// The length of the call at the end of this x86-64 code; 0: there is none, so no call returns to this place.  (A prefix
// in front does not count.)
std::size_t call_at_end(std::string_view code);

}  // namespace caprec
