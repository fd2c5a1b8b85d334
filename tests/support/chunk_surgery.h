// SPDX-License-Identifier: Apache-2.0
//
// Takes traces apart into unpacked chunks and puts them together again with checksums that match: the way to what
// lies behind the checksum, for tests of damage and for fuzzing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/support/memory_stream.h"

namespace caprec {

using Segment = std::vector<std::uint64_t>;

// The sound chunks from the front.
std::vector<Segment> split_chunks(std::span<const std::byte> trace);

// Seals and packs.  Segments are brought to a legal length.
Bytes join_chunks(std::span<const Segment> chunks);

// Gives them the numbers that a file has.
void renumber(std::span<Segment> chunks);

}  // namespace caprec
