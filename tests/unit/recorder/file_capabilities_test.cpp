// SPDX-License-Identifier: Apache-2.0
#include "recorder/file_capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>

#include <vector>

namespace caprec {
namespace {

std::vector<std::byte> value(const std::vector<std::uint32_t>& words) {
    std::vector<std::byte> bytes;
    for (const std::uint32_t word : words)
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<std::byte>(word >> shift));
    return bytes;
}

TEST(FileCapabilities, EachForm) {
    EXPECT_EQ(parse_file_capabilities(value({VFS_CAP_REVISION_1 | 1, 0x400, 0x8})),
              (FileCapabilities{0x400, 0x8, true, 0}));
    EXPECT_EQ(parse_file_capabilities(value({VFS_CAP_REVISION_2, 0x400, 0x8, 0x80, 0x1})),
              (FileCapabilities{0x80'0000'0400, 0x1'0000'0008, false, 0}));
    EXPECT_EQ(parse_file_capabilities(value({VFS_CAP_REVISION_3 | 1, 0x400, 0, 0, 0, 100000})),
              (FileCapabilities{0x400, 0, true, 100000}));
}

TEST(FileCapabilities, WhatTheKernelWouldNotTakeIsNotKnown) {
    EXPECT_FALSE(parse_file_capabilities({}));
    EXPECT_FALSE(parse_file_capabilities(value({VFS_CAP_REVISION_2 | 1})));
    EXPECT_FALSE(parse_file_capabilities(value({VFS_CAP_REVISION_2 | 1, 1, 0})));
    EXPECT_FALSE(parse_file_capabilities(value({VFS_CAP_REVISION_3 | 1, 1, 0, 0, 0})));
    EXPECT_FALSE(parse_file_capabilities(value({0x04000001, 1, 0, 0, 0, 0})));
    EXPECT_FALSE(parse_file_capabilities(value({VFS_CAP_REVISION_2 | 1, 1, 0, 0, 0, 0, 0})));
}

}  // namespace
}  // namespace caprec
