// SPDX-License-Identifier: Apache-2.0
#include "schema/chunk_framing.h"

#include <bit>
#include <cassert>

#include <capnp/serialize-packed.h>
#include <kj/io.h>

#include "schema/crc32c.h"

namespace caprec {
namespace {

static_assert(std::endian::native == std::endian::little, "segments are little-endian, and read in place");
static_assert(sizeof(capnp::word) == sizeof(std::uint64_t));

}  // namespace

std::uint32_t chunk_checksum(std::span<const std::uint64_t> segment) {
    assert(segment.size() >= min_chunk_words);
    const std::uint64_t crc_word = segment[chunk_crc_word] & ~chunk_crc_mask;
    std::uint32_t state = ~std::uint32_t{0};
    state = crc32c(state, segment.first(chunk_crc_word));
    state = crc32c(state, {&crc_word, 1});
    state = crc32c(state, segment.subspan(chunk_crc_word + 1));
    return ~state;
}

void seal_chunk(std::span<std::uint64_t> segment) {
    const std::uint32_t crc = chunk_checksum(segment);
    segment[chunk_crc_word] = (segment[chunk_crc_word] & ~chunk_crc_mask) | crc;
}

void append_chunk(std::span<const std::uint64_t> segment, std::vector<std::byte>& out) {
    const kj::ArrayPtr<const capnp::word> words(reinterpret_cast<const capnp::word*>(segment.data()), segment.size());
    kj::VectorOutputStream stream(std::size_t{64} << 10);
    capnp::writePackedMessage(stream, kj::arrayPtr(&words, 1));
    const auto* bytes = reinterpret_cast<const std::byte*>(stream.getArray().begin());
    out.insert(out.end(), bytes, bytes + stream.getArray().size());
}

}  // namespace caprec
