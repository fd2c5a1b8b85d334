// SPDX-License-Identifier: Apache-2.0
#include "tests/support/chunk_surgery.h"

#include <algorithm>

#include "schema/chunk_framing.h"
#include "schema/chunk_input.h"

namespace caprec {

std::vector<Segment> split_chunks(std::span<const std::byte> trace) {
    MemorySource source(trace);
    ChunkInput input(source);
    std::vector<Segment> chunks;
    while (input.next() == ChunkInput::Status::chunk)
        chunks.emplace_back(input.segment().begin(), input.segment().end());
    return chunks;
}

Bytes join_chunks(std::span<const Segment> chunks) {
    Bytes trace;
    for (Segment chunk : chunks) {
        chunk.resize(std::clamp(chunk.size(), min_chunk_words, max_chunk_words));
        seal_chunk(chunk);
        append_chunk(chunk, trace);
    }
    return trace;
}

void renumber(std::span<Segment> chunks) {
    std::uint64_t number = 0;
    for (Segment& chunk : chunks)
        if (chunk.size() > chunk_sequence_word)
            chunk[chunk_sequence_word] = number++;
}

}  // namespace caprec
