// SPDX-License-Identifier: Apache-2.0
#include "schema/chunk_output.h"

#include <cstring>

#include "schema/chunk_framing.h"
#include "schema/error.h"

namespace caprec {

ChunkOutput::ChunkOutput(ByteSink& sink) : sink_(sink), space_(kj::heapArray<capnp::word>(max_chunk_words)) {
    std::memset(space_.begin(), 0, max_chunk_words * sizeof(capnp::word));
}

void ChunkOutput::send(capnp::MessageBuilder& message, format::Chunk::Builder chunk) {
    chunk.setMagic(format::MAGIC);
    chunk.setSequence(sequence_);
    const auto segments = message.getSegmentsForOutput();
    if (segments.size() != 1)
        throw Error("chunk " + std::to_string(sequence_) + " of the trace does not fit into 4 MiB");
    const auto* words = reinterpret_cast<const std::uint64_t*>(segments[0].begin());
    chunk.setCrc(chunk_checksum({words, segments[0].size()}));
    packed_.clear();
    pack_chunk({words, segments[0].size()}, packed_);
    sink_.write(packed_);
    ++sequence_;
    bytes_written_ += packed_.size();
}

}  // namespace caprec
