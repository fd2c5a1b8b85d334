// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace caprec {

// CRC-32C (Castagnoli; RFC 3720), reflected, without the inversions at the beginning and the end.  To continue a
// checksum, pass the last result as `state`.
std::uint32_t crc32c(std::uint32_t state, std::span<const std::uint64_t> words);

// The same without the processor's instruction, for machines that have none; for tests.
std::uint32_t crc32c_by_table(std::uint32_t state, std::span<const std::uint64_t> words);

}  // namespace caprec
