// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace caprec {

// Counts in a trace can be anything; sums stay at the largest number instead of starting again.
inline void add_saturated(std::uint64_t& sum, std::uint64_t more) {
    sum += std::min(more, std::numeric_limits<std::uint64_t>::max() - sum);
}

}  // namespace caprec
