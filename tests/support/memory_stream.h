// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "schema/trace_reader.h"
#include "schema/trace_writer.h"

namespace caprec {

using Bytes = std::vector<std::byte>;

class MemorySink final : public ByteSink {
public:
    void write(std::span<const std::byte> bytes) override {
        data.insert(data.end(), bytes.begin(), bytes.end());
        chunk_ends.push_back(data.size());
    }

    Bytes data;
    std::vector<std::size_t> chunk_ends;  // where each write ended
};

class MemorySource final : public ByteSource {
public:
    // `piece`: how many bytes a read returns at most, as a pipe does.  Keeps a reference to the bytes.
    explicit MemorySource(std::span<const std::byte> bytes, std::size_t piece = ~std::size_t{0})
        : rest_(bytes), piece_(piece) {}

    std::size_t read(std::span<std::byte> into) override {
        const std::size_t count = std::min({into.size(), rest_.size(), piece_});
        if (count > 0)
            std::memcpy(into.data(), rest_.data(), count);
        rest_ = rest_.subspan(count);
        return count;
    }

private:
    std::span<const std::byte> rest_;
    std::size_t piece_;
};

}  // namespace caprec
