// SPDX-License-Identifier: Apache-2.0
//
// Tests for any of the eight bytes of a word, without a look at each.
#pragma once

#include <cstdint>

namespace caprec::eight_bytes {

constexpr std::uint64_t ones = 0x0101010101010101, high_bits = 0x8080808080808080;

// Not zero when one of the bytes is zero (then more bits than that byte's own may be set).
constexpr std::uint64_t zeros(std::uint64_t word) { return (word - ones) & ~word & high_bits; }

}  // namespace caprec::eight_bytes
