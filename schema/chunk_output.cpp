// SPDX-License-Identifier: Apache-2.0
#include "schema/chunk_output.h"

#include <new>

#include "schema/error.h"

namespace caprec {

// The memory is from calloc, so that pages that no chunk needs are never touched.
ChunkOutput::ChunkOutput(ByteSink& sink)
    : sink_(sink), space_(static_cast<capnp::word*>(std::calloc(max_chunk_words, sizeof(capnp::word)))) {
    if (!space_)
        throw std::bad_alloc();
}

void ChunkOutput::send(capnp::MessageBuilder& message, format::Chunk::Builder chunk) {
    chunk.setMagic(format::MAGIC);
    chunk.setSequence(sequence_);
    const auto segments = message.getSegmentsForOutput();
    if (segments.size() != 1)
        throw Error("chunk " + std::to_string(sequence_) + " of the trace does not fit into 4 MiB");
    const auto* words = reinterpret_cast<const std::uint64_t*>(segments[0].begin());
    chunk.setCrc(chunk_checksum({words, segments[0].size()}));
    put({words, segments[0].size()});
}

void ChunkOutput::copy(std::span<const std::uint64_t> segment) {
    std::vector<std::uint64_t> words(segment.begin(), segment.end());
    words[chunk_sequence_word] = sequence_;
    seal_chunk(words);
    put(words);
}

void ChunkOutput::put(std::span<const std::uint64_t> segment) {
    in_file_.clear();
    append_chunk(segment, in_file_);
    sink_.write(in_file_);
    ++sequence_;
    bytes_written_ += in_file_.size();
}

}  // namespace caprec
