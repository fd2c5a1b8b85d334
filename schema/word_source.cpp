// SPDX-License-Identifier: Apache-2.0
#include "schema/word_source.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "schema/words/eight_bytes.h"

namespace caprec {
namespace {

// A tag says which bytes of a word follow.  After these two comes one byte more, the length of a run.
constexpr unsigned zeros_tag = 0x00, plain_tag = 0xff;
constexpr std::size_t longest = 10;  // tag, eight bytes, length of a run

// Not every x86-64 processor has an instruction for this, so the compiler would call a function.
constexpr std::array<std::uint8_t, 256> bits_of = [] {
    std::array<std::uint8_t, 256> bits{};
    for (unsigned tag = 0; tag < bits.size(); ++tag)
        bits[tag] = static_cast<std::uint8_t>(std::popcount(tag));
    return bits;
}();

bool has_run(unsigned tag) { return tag == zeros_tag || tag == plain_tag; }
std::size_t packed_bytes(unsigned tag) { return std::size_t{1} + bits_of[tag] + (has_run(tag) ? 1 : 0); }

// False for a byte that follows although it is zero.  May read the byte after the last one that follows.
bool unpack_word(unsigned tag, const std::byte* bytes, std::uint64_t& word) {
    std::uint64_t value = 0;
    unsigned missing = 0;
    for (unsigned i = 0; i < 8; ++i) {
        const unsigned present = tag >> i & 1;
        const unsigned byte = std::to_integer<unsigned>(*bytes) & (0u - present);
        missing |= present & static_cast<unsigned>(byte == 0);
        value |= std::uint64_t{byte} << (8 * i);
        bytes += present;
    }
    word = value;
    return missing == 0;
}

// Unpacks small positive numbers, the most frequent words: a few low bytes, all of which follow.  Reads eight bytes.
bool unpack_low_bytes(unsigned tag, const std::byte* bytes, std::uint64_t& word) {
    std::memcpy(&word, bytes, sizeof word);
    const std::uint64_t absent = ~std::uint64_t{0} << (8 * bits_of[tag]);
    word &= ~absent;
    return eight_bytes::zeros(word | absent) == 0;
}

bool only_low_bytes(unsigned tag) { return (tag & (tag + 1)) == 0; }

}  // namespace

bool WordSource::fill() {
    if (!ended_) {
        const std::size_t got = source_.read(std::span(buffer_).subspan(end_));
        ended_ = got == 0;
        end_ += got;
    }
    return !ended_;
}

void WordSource::take(std::size_t bytes) {
    begin_ += bytes;
    taken_ += bytes;
}

std::span<const std::byte> WordSource::peek(std::size_t count) {
    if (buffer_.size() - begin_ < count) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    while (end_ - begin_ < count && fill()) {
    }
    return {buffer_.data() + begin_, std::min(count, end_ - begin_)};
}

bool WordSource::read(std::span<std::byte> into) {
    while (!into.empty()) {
        if (begin_ == end_) {
            begin_ = end_ = 0;
            if (!fill())
                return false;
        }
        const std::size_t part = std::min(into.size(), end_ - begin_);
        std::memcpy(into.data(), buffer_.data() + begin_, part);
        take(part);
        into = into.subspan(part);
    }
    return true;
}

WordSource::Result WordSource::run(unsigned tag, std::size_t length, std::span<std::uint64_t> words,
                                   std::size_t& done) {
    if (length > words.size() - done)
        return Result::broken;
    const auto part = words.subspan(done, length);
    done += length;
    if (tag == plain_tag)
        return read(std::as_writable_bytes(part)) ? Result::done : Result::cut;
    std::ranges::fill(part, 0);
    return Result::done;
}

// Unpacks one tag and the bytes that belong to it, byte by byte as the source gives them.
WordSource::Result WordSource::unpack_one(std::span<std::uint64_t> words, std::size_t& done) {
    const auto first = peek(1);
    if (first.empty())
        return Result::cut;
    const auto tag = std::to_integer<unsigned>(first[0]);
    const auto bytes = peek(packed_bytes(tag));
    if (bytes.size() < packed_bytes(tag))
        return Result::cut;
    std::array<std::byte, longest + 1> padded{};  // unpack_word looks one byte ahead
    std::ranges::copy(bytes, padded.begin());
    if (!unpack_word(tag, padded.data() + 1, words[done++]))
        return Result::broken;
    const auto length = std::to_integer<std::size_t>(bytes.back());
    take(bytes.size());
    return has_run(tag) ? run(tag, length, words, done) : Result::done;
}

WordSource::Result WordSource::unpack(std::span<std::uint64_t> words) {
    std::size_t done = 0;
    while (done < words.size()) {
        const std::byte* const start = buffer_.data() + begin_;
        const std::byte* next = start;
        const std::byte* const end = buffer_.data() + end_;
        Result result = Result::done;
        // This is for words without a run whose bytes are all there.
        while (done < words.size() && end - next >= static_cast<std::ptrdiff_t>(longest)) {
            const auto tag = std::to_integer<unsigned>(*next);
            if (has_run(tag))
                break;
            std::uint64_t& word = words[done++];
            if (!(only_low_bytes(tag) ? unpack_low_bytes(tag, next + 1, word) : unpack_word(tag, next + 1, word)))
                return Result::broken;
            next += packed_bytes(tag);
        }
        take(static_cast<std::size_t>(next - start));
        if (done < words.size())
            result = unpack_one(words, done);
        if (result != Result::done)
            return result;
    }
    return Result::done;
}

}  // namespace caprec
