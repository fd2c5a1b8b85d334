// SPDX-License-Identifier: Apache-2.0
//
// What holds for any of the eight bytes of a word, without a look at each.
#pragma once

#include <cstdint>

namespace caprec::eight_bytes {

constexpr std::uint64_t ones = 0x0101010101010101, high_bits = 0x8080808080808080;

// Not zero: one of them is zero (where one is, more bits than its own may be set).
constexpr std::uint64_t zeros(std::uint64_t word) { return (word - ones) & ~word & high_bits; }

}  // namespace caprec::eight_bytes
