// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "schema/trace_reader.h"

namespace caprec {

// Unpacks Cap'n Proto's packing from a ByteSource.  Stricter than the library's own unpacking: a byte that the packing
// counts as not zero must not be zero.  Without this rule some words have several packings, and a flipped bit that
// makes one from another would go unnoticed.  It asks the source for no byte beyond what it was told to unpack.
class WordSource {
public:
    enum class Result : std::uint8_t {
        done,
        cut,     // the source ended too early
        broken,  // invalid packing, or a run that goes beyond the words
    };

    explicit WordSource(ByteSource& source) : source_(source), buffer_(std::size_t{64} << 10) {}

    // Fills `words`, which packing treats as a unit: no run crosses its end.
    Result unpack(std::span<std::uint64_t> words);

    // The next `count` bytes (4 KiB at most) without taking them; fewer only at the end of the source.
    std::span<const std::byte> peek(std::size_t count);

    std::uint64_t taken() const { return taken_; }

private:
    Result unpack_one(std::span<std::uint64_t> words, std::size_t& done);
    Result run(unsigned tag, std::size_t length, std::span<std::uint64_t> words, std::size_t& done);
    bool read(std::span<std::byte> into);
    bool fill();
    void take(std::size_t bytes);

    ByteSource& source_;
    std::vector<std::byte> buffer_;
    std::size_t begin_ = 0, end_ = 0;  // bounds of the bytes that were read and not taken
    std::uint64_t taken_ = 0;
    bool ended_ = false;
};

}  // namespace caprec
