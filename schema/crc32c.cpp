// SPDX-License-Identifier: Apache-2.0
#include "schema/crc32c.h"

#include <array>
#include <bit>

#if defined(__aarch64__)
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#elif defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace caprec {
namespace {

static_assert(std::endian::native == std::endian::little, "a trace's words are taken byte by byte, the low one first");

// The contribution of a byte to the checksum, by its place in a word: eight bytes are looked up at once.
using SliceTable = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr SliceTable make_slices() {
    constexpr std::uint32_t reflected_polynomial = 0x82f63b78;
    SliceTable table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t state = byte;
        for (int bit = 0; bit < 8; ++bit)
            state = state >> 1 ^ ((state & 1) != 0 ? reflected_polynomial : 0);
        table[7][byte] = state;
    }
    for (std::size_t place = 7; place-- > 0;)
        for (std::size_t byte = 0; byte < 256; ++byte)
            table[place][byte] = table[place + 1][byte] >> 8 ^ table[7][table[place + 1][byte] & 0xff];
    return table;
}

constexpr SliceTable slices = make_slices();

using ChecksumFunction = std::uint32_t (*)(std::uint32_t state, std::span<const std::uint64_t> words);

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t state,
                                                               std::span<const std::uint64_t> words) {
    std::uint64_t wide = state;
    for (const std::uint64_t word : words)
        wide = _mm_crc32_u64(wide, word);
    return static_cast<std::uint32_t>(wide);
}
bool has_instruction() { return __builtin_cpu_supports("sse4.2") != 0; }
#elif defined(__aarch64__)
__attribute__((target("+crc"))) std::uint32_t by_instruction(std::uint32_t state,
                                                             std::span<const std::uint64_t> words) {
    for (const std::uint64_t word : words)
        state = __crc32cd(state, word);
    return state;
}
bool has_instruction() { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#else
constexpr ChecksumFunction by_instruction = crc32c_by_table;
bool has_instruction() { return false; }
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::uint32_t state, std::span<const std::uint64_t> words) {
    for (std::uint64_t word : words) {
        word ^= state;
        state = 0;
        for (const auto& place : slices) {
            state ^= place[word & 0xff];
            word >>= 8;
        }
    }
    return state;
}

std::uint32_t crc32c(std::uint32_t state, std::span<const std::uint64_t> words) {
    static const ChecksumFunction function = has_instruction() ? by_instruction : crc32c_by_table;
    return function(state, words);
}

}  // namespace caprec
