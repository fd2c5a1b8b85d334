// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <kj/io.h>

#include "schema/trace_reader.h"

namespace caprec {

// A ByteSource in the shape that Cap'n Proto reads from.
class SourceStream final : public kj::BufferedInputStream {
public:
    explicit SourceStream(ByteSource& source) : source_(source), buffer_(std::size_t{256} << 10) {}

    // The next `count` bytes (up to 4 KiB) without taking them; fewer only at the end of the source.
    std::span<const std::byte> peek(std::size_t count) {
        if (end_ - begin_ < count && buffer_.size() - begin_ < count) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        while (end_ - begin_ < count && !ended_)
            fill();
        return {buffer_.data() + begin_, std::min(count, end_ - begin_)};
    }

    bool ended() const { return ended_ && begin_ == end_; }  // the source said so, and every byte was taken
    std::uint64_t taken() const { return taken_; }

    kj::ArrayPtr<const kj::byte> tryGetReadBuffer() override {
        if (begin_ == end_ && !ended_) {
            begin_ = end_ = 0;
            fill();
        }
        return {reinterpret_cast<const kj::byte*>(buffer_.data() + begin_), end_ - begin_};
    }

    std::size_t tryRead(void* into, std::size_t min_bytes, std::size_t max_bytes) override {
        std::size_t done = 0;
        while (done < min_bytes) {
            const auto available = tryGetReadBuffer();
            if (available.size() == 0)
                break;
            const std::size_t part = std::min(available.size(), max_bytes - done);
            std::memcpy(static_cast<std::byte*>(into) + done, available.begin(), part);
            take(part);
            done += part;
        }
        return done;
    }

    void skip(std::size_t bytes) override {
        while (bytes > 0) {
            const std::size_t part = std::min<std::size_t>(bytes, tryGetReadBuffer().size());
            if (part == 0)
                break;
            take(part);
            bytes -= part;
        }
    }

private:
    void fill() {
        const std::size_t got = source_.read(std::span(buffer_).subspan(end_));
        ended_ = got == 0;
        end_ += got;
    }

    void take(std::size_t bytes) {
        begin_ += bytes;
        taken_ += bytes;
    }

    ByteSource& source_;
    std::vector<std::byte> buffer_;
    std::size_t begin_ = 0, end_ = 0;  // of the bytes that were read and not taken
    std::uint64_t taken_ = 0;
    bool ended_ = false;
};

}  // namespace caprec
