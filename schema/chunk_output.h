// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include <capnp/message.h>

#include "schema/chunk_framing.h"
#include "schema/trace.capnp.h"
#include "schema/trace_writer.h"

namespace caprec {

// Turns the contents of chunks into bytes: numbers, seals and packs them, one write() of the sink for each.
class ChunkOutput {
public:
    explicit ChunkOutput(ByteSink& sink);  // keeps a reference

    // `fill` gets the Chunk's builder and sets one member of its union.  Throws Error when the contents do not fit into
    // one chunk: callers split before.
    template <class Fill> void write(Fill fill) {
        capnp::MallocMessageBuilder message(kj::arrayPtr(space_.get(), max_chunk_words));
        const auto chunk = message.initRoot<format::Chunk>();
        fill(chunk);
        send(message, chunk);
    }

    // Copies a chunk of another trace, as ChunkInput gives it; it gets a number of this trace.
    void copy(std::span<const std::uint64_t> segment);

    std::uint64_t bytes_written() const { return bytes_written_; }
    std::uint64_t chunks_written() const { return sequence_; }

private:
    void send(capnp::MessageBuilder& message, format::Chunk::Builder chunk);
    void put(std::span<const std::uint64_t> segment);  // sealed

    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    ByteSink& sink_;
    std::unique_ptr<capnp::word, Free> space_;  // max_chunk_words: the one segment of every chunk, all zero between
    std::vector<std::byte> in_file_;            // kept for its memory
    std::uint64_t sequence_ = 0, bytes_written_ = 0;
};

}  // namespace caprec
