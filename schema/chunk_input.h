// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "schema/trace_reader.h"

namespace caprec {

// Splits a stream in Cap'n Proto's packing into chunks and verifies all that does not depend on their contents:
// framing, size, checksum, magic, sequence.  Nothing is believed, and no memory is taken, before it is verified.
class ChunkInput {
public:
    enum class Status : std::uint8_t {
        chunk,    // segment() is the next one
        end,      // the bytes end between two chunks
        cut,      // the bytes end inside a chunk
        damaged,  // nothing further can be read
    };

    explicit ChunkInput(ByteSource& source);  // keeps a reference
    ~ChunkInput();
    ChunkInput(const ChunkInput&) = delete;
    ChunkInput& operator=(const ChunkInput&) = delete;

    // After any status but `chunk`, it returns the same status again.
    Status next();

    // min_chunk_words to max_chunk_words long; valid until next().
    std::span<const std::uint64_t> segment() const;

    std::uint64_t chunks() const;        // chunks that were read and found good
    std::uint64_t bytes() const;         // their size in the file
    const std::string& problem() const;  // after damaged, or an end or cut before the first chunk: one line

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caprec
