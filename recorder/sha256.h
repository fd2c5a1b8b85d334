// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace caprec {

// SHA-256 as in FIPS 180-4.
class Sha256 {
public:
    using Digest = std::array<std::byte, 32>;

    void add(std::span<const std::byte> bytes);
    Digest finish();  // the digest of all that was added; nothing may be added after it

private:
    static constexpr std::size_t block_bytes = 64;
    void add_block(const std::byte* block);

    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::byte, block_bytes> waiting_{};
    std::size_t waiting_bytes_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace caprec
