// SPDX-License-Identifier: Apache-2.0
#include "schema/chunk_input.h"

#include <bit>
#include <optional>
#include <string_view>

#include "schema/chunk_framing.h"
#include "schema/trace.capnp.h"
#include "schema/word_source.h"

namespace caprec {
namespace {

// The magic has no zero byte, so that packing leaves it whole, after the packed segment table and root pointer.
constexpr std::size_t magic_search_bytes = 32;

bool starts_like_a_trace(std::span<const std::byte> start) {
    constexpr std::uint64_t magic = format::MAGIC;
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
    return text.find(std::string_view(reinterpret_cast<const char*>(&magic), sizeof magic)) != text.npos;
}

}  // namespace

struct ChunkInput::Impl {
    explicit Impl(ByteSource& source) : stream(source) {}

    WordSource stream;
    std::unique_ptr<std::uint64_t[]> space;  // room for the segment
    std::size_t space_words = 0;
    std::span<std::uint64_t> segment;
    std::uint64_t chunks = 0, bytes = 0;
    std::string problem;
    Status final_status = Status::chunk;  // anything else: reading has ended with it

    Status next() {
        if (final_status != Status::chunk)
            return final_status;
        const Status status = read();
        if (status == Status::chunk) {
            ++chunks;
            bytes = stream.taken();
        } else {
            final_status = status;
            segment = {};
        }
        return status;
    }

private:
    Status damaged(std::string_view what) {
        problem = "chunk " + std::to_string(chunks) + ": " + std::string(what);
        return Status::damaged;
    }

    Status cut() {
        if (chunks == 0)
            problem = "the trace is cut inside its first chunk";
        return Status::cut;
    }

    std::optional<Status> check_start() {
        const auto start = stream.peek(magic_search_bytes);
        if (start.empty()) {
            problem = "the file is empty";
            return Status::end;
        }
        if (starts_like_a_trace(start))
            return std::nullopt;
        if (start.size() < magic_search_bytes) {
            problem = "too short to be a capability trace";
            return Status::cut;
        }
        problem = "not a capability trace";
        return Status::damaged;
    }

    Status read() {
        if (chunks == 0) {
            if (const auto failed = check_start())
                return *failed;
        }
        if (stream.peek(1).empty())
            return Status::end;
        // The segment table: {segments - 1, words of the first}.
        std::uint64_t table = 0;
        if (const auto failed = unpack({&table, 1}))
            return *failed;
        if ((table & 0xffffffff) != 0)
            return damaged("more than one segment");
        const std::uint64_t words = table >> 32;
        if (words > max_chunk_words)
            return damaged("larger than 4 MiB");
        if (words < min_chunk_words)
            return damaged("too small");
        make_space(words);
        segment = {space.get(), words};
        if (const auto failed = unpack(segment))
            return *failed;
        return check_segment();
    }

    void make_space(std::size_t words) {
        if (words <= space_words)
            return;
        space_words = std::bit_ceil(words);
        space = std::make_unique_for_overwrite<std::uint64_t[]>(space_words);
    }

    std::optional<Status> unpack(std::span<std::uint64_t> into) {
        switch (stream.unpack(into)) {
            case WordSource::Result::done: return std::nullopt;
            case WordSource::Result::cut: return cut();
            case WordSource::Result::broken: break;
        }
        return damaged("its packing is broken");
    }

    Status check_segment() {
        if ((segment[chunk_crc_word] & chunk_crc_mask) != chunk_checksum(segment))
            return damaged("its checksum does not match");
        // The root pointer must be to a struct that follows at once, with at least the fields that are looked at here.
        constexpr std::uint64_t offset_and_kind = 0xffffffff;
        const std::uint64_t root = segment[chunk_root_word];
        if ((root & offset_and_kind) != 0 || (root >> 32 & 0xffff) < chunk_crc_word)
            return damaged("its root is not at its start");
        if (segment[chunk_magic_word] != format::MAGIC)
            return damaged("not a chunk of a capability trace");
        if (segment[chunk_sequence_word] != chunks)
            return damaged("has number " + std::to_string(segment[chunk_sequence_word]) + " in the file");
        return Status::chunk;
    }
};

ChunkInput::ChunkInput(ByteSource& source) : impl_(std::make_unique<Impl>(source)) {}
ChunkInput::~ChunkInput() = default;

ChunkInput::Status ChunkInput::next() { return impl_->next(); }
std::span<const std::uint64_t> ChunkInput::segment() const { return impl_->segment; }
std::uint64_t ChunkInput::chunks() const { return impl_->chunks; }
std::uint64_t ChunkInput::bytes() const { return impl_->bytes; }
const std::string& ChunkInput::problem() const { return impl_->problem; }

}  // namespace caprec
