// SPDX-License-Identifier: Apache-2.0
//
// The promises that others read our files by.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "schema/chunk_framing.h"
#include "tests/support/chunk_surgery.h"
#include "tests/support/sample_traces.h"
#include "tests/unit/schema/recorded_events.h"

namespace caprec {
namespace {

TEST(Framing, ChecksumIsCrc32c) {
    // Made with a bit-by-bit implementation of the same polynomial.
    const auto bitwise = [](std::span<const std::uint64_t> words) {
        std::uint32_t crc = 0xffffffff;
        for (const std::uint64_t word : words)
            for (unsigned bit = 0; bit < 64; ++bit)
                crc = crc >> 1 ^ ((crc ^ static_cast<std::uint32_t>(word >> bit)) & 1 ? 0x82f63b78u : 0u);
        return ~crc;
    };
    EXPECT_EQ(bitwise({}), 0u);
    Segment segment{1, 2, 3, 0xabcdefff00000000, 5, 6, 0xffffffffffffffff};
    const std::uint32_t expected = bitwise(segment);
    EXPECT_EQ(chunk_checksum(segment), expected);
    seal_chunk(segment);
    EXPECT_EQ(segment[chunk_crc_word], 0xabcdefff00000000 | expected);
    EXPECT_EQ(chunk_checksum(segment), expected) << "the field counts as zero";
}

TEST(Framing, OneSegmentAndTheMagicInPlainSight) {
    for (const Bytes& trace : sample_traces()) {
        const std::string_view text(reinterpret_cast<const char*>(trace.data()), trace.size());
        EXPECT_LT(text.find("CAPTRACE"), 16u);
        for (const Segment& segment : split_chunks(trace))
            EXPECT_EQ(segment[chunk_magic_word], 0x4543415254504143u);
    }
}

// The tool that comes with Cap'n Proto reads a trace with nothing but the schema.
TEST(Framing, StockToolsReadIt) {
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(testing::TempDir()) / ("caprec-framing-" + std::to_string(getpid()));
    fs::create_directories(folder);
    const Bytes trace = sample_traces().back();
    std::ofstream(folder / "run.cap", std::ios::binary)
        .write(reinterpret_cast<const char*>(trace.data()), static_cast<std::streamsize>(trace.size()));
    const std::string command = "capnp decode --packed --short '" CAPREC_SOURCE_DIR "/schema/trace.capnp' Chunk <'" +
                                (folder / "run.cap").string() + "' >'" + (folder / "out").string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream out(folder / "out");
    std::string line, all;
    std::size_t lines = 0;
    for (; std::getline(out, line); ++lines)
        all += line;
    EXPECT_EQ(lines, split_chunks(trace).size());
    EXPECT_NE(all.find("kernelRelease = \"6.14.0\""), all.npos);
    EXPECT_NE(all.find("\"set_one_prio\""), all.npos);
    EXPECT_NE(all.find("signaled = 9"), all.npos);
    fs::remove_all(folder);
}

}  // namespace
}  // namespace caprec
