// SPDX-License-Identifier: Apache-2.0
//
// Takes traces apart into unpacked chunks and puts them together again with checksums that match: this gets tests of
// damage, and fuzzing, past the checksum.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/support/memory_stream.h"

namespace caprec {

using Segment = std::vector<std::uint64_t>;

// The sound chunks from the front.
std::vector<Segment> split_chunks(std::span<const std::byte> trace);

// Seals and packs the chunks.  Segments are brought to a legal length.
Bytes join_chunks(std::span<const Segment> chunks);

// Gives the chunks the numbers that they have in a file.
void renumber(std::span<Segment> chunks);

}  // namespace caprec
