// SPDX-License-Identifier: Apache-2.0
//
// The framing that all chunks share, below Cap'n Proto: one segment whose root struct follows its root pointer, so that
// the fields which guard the rest stand at fixed places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caprec {

inline constexpr std::size_t max_chunk_words = (4u << 20) / 8;
inline constexpr std::size_t min_chunk_words = 5;  // root pointer, three words of data, one pointer

// Words of the segment.
inline constexpr std::size_t chunk_root_word = 0, chunk_magic_word = 1, chunk_sequence_word = 2, chunk_crc_word = 3;
inline constexpr std::uint64_t chunk_crc_mask = 0xffffffff;  // the bits of that word; above them stands the union's tag

// CRC32C over the segment with its checksum field taken as zero.  At least min_chunk_words long.
std::uint32_t chunk_checksum(std::span<const std::uint64_t> segment);

// Writes the checksum into its field.
void seal_chunk(std::span<std::uint64_t> segment);

// Appends the chunk as it is in a file: segment table and segment, in Cap'n Proto's packing.
void append_chunk(std::span<const std::uint64_t> segment, std::vector<std::byte>& out);

}  // namespace caprec
