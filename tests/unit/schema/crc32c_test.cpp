// SPDX-License-Identifier: Apache-2.0
#include "schema/crc32c.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>
#include <vector>

namespace caprec {
namespace {

using Function = std::uint32_t (*)(std::uint32_t, std::span<const std::uint64_t>);

class Crc32c : public testing::TestWithParam<Function> {
protected:
    std::uint32_t of_bytes(const std::array<std::uint8_t, 32>& bytes) const {
        std::array<std::uint64_t, 4> words{};
        std::memcpy(words.data(), bytes.data(), bytes.size());
        return ~GetParam()(~std::uint32_t{0}, words);
    }
};

// The values are from RFC 3720, B.4.
TEST_P(Crc32c, IsTheOneOfIscsi) {
    std::array<std::uint8_t, 32> bytes{};
    EXPECT_EQ(of_bytes(bytes), 0x8a9136aau);
    bytes.fill(0xff);
    EXPECT_EQ(of_bytes(bytes), 0x62a8ab43u);
    for (std::uint8_t at = 0; at < 32; ++at)
        bytes.at(at) = at;
    EXPECT_EQ(of_bytes(bytes), 0x46dd794eu);
    for (std::uint8_t at = 0; at < 32; ++at)
        bytes.at(at) = static_cast<std::uint8_t>(31 - at);
    EXPECT_EQ(of_bytes(bytes), 0x113fdb5cu);
}

TEST_P(Crc32c, GoesOnFromItsLastState) {
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> words(100);
    for (auto& word : words)
        word = random();
    const std::span<const std::uint64_t> all(words);
    for (std::size_t cut = 0; cut <= words.size(); ++cut) {
        const std::uint32_t whole = GetParam()(7, all);
        EXPECT_EQ(GetParam()(GetParam()(7, all.first(cut)), all.subspan(cut)), whole) << cut;
        EXPECT_EQ(crc32c(7, all.first(cut)), crc32c_by_table(7, all.first(cut))) << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(Ways, Crc32c, testing::Values(crc32c, crc32c_by_table));

}  // namespace
}  // namespace caprec
