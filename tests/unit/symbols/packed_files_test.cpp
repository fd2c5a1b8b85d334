// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/packed_files.h"

#include <gtest/gtest.h>
#include <zstd.h>

namespace caprec {
namespace {

std::string compressed(const std::string& bytes) {
    std::string result(::ZSTD_compressBound(bytes.size()), '\0');
    result.resize(::ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), 3));
    return result;
}

FilePart part(std::uint64_t size, std::uint64_t offset, std::string_view bytes) {
    return {"/bin/x", "id", size, offset, static_cast<std::uint32_t>(bytes.size()), Compression::none, bytes};
}

TEST(PackedFiles, PartsMakeAFile) {
    PackedFiles files;
    const std::string last = compressed("world");
    EXPECT_EQ(files.add(part(std::uint64_t{1} << 30, 3, "hello")), "");
    EXPECT_EQ(files.add({"/bin/x", "id", std::uint64_t{1} << 30, (1u << 30) - 5, 5, Compression::zstd, last}), "");
    const FileImage image = files.take("/bin/x", "id");
    ASSERT_EQ(image.bytes().size(), 1u << 30);
    EXPECT_EQ(image.bytes().substr(0, 10), std::string_view("\0\0\0hello\0\0", 10));
    EXPECT_EQ(image.bytes().substr((1u << 30) - 7), std::string_view("\0\0world", 7));
    EXPECT_FALSE(files.take("/bin/x", "id"));
    EXPECT_FALSE(files.take("/bin/x", "other"));
}

TEST(PackedFiles, WhatIsWrongWithAPart) {
    PackedFiles files;
    EXPECT_EQ(files.add(part(10, 6, "hello")), "a part exceeds its file");
    EXPECT_EQ(files.add(part(10, ~std::uint64_t{0}, "hello")), "a part exceeds its file");
    EXPECT_EQ(files.add(part(~std::uint64_t{0}, 0, "hello")), "a part exceeds its file");
    EXPECT_EQ(files.add(part(0, 0, "")), "a part exceeds its file");
    FilePart longer = part(10, 0, "hello");
    longer.length = 6;
    EXPECT_EQ(files.add(longer), "a part has another length than it says");
    FilePart broken = part(10, 0, "hello");
    broken.compression = Compression::zstd;
    EXPECT_EQ(files.add(broken), "a part cannot be decompressed");
    broken.compression = static_cast<Compression>(7);
    EXPECT_EQ(files.add(broken), "a part is compressed in a way that this version does not know");
    const std::string bytes = compressed(std::string(100, 'x'));
    EXPECT_EQ(files.add({"/bin/x", "id", 1000, 0, 50, Compression::zstd, bytes}), "a part cannot be decompressed");
    EXPECT_EQ(files.add({"/bin/x", "id", 1000, 0, 101, Compression::zstd, bytes}),
              "a part has another length than it says");
    FilePart large = part(2 << 20, 0, "hello");
    large.length = max_part_bytes + 1;
    EXPECT_EQ(files.add(large), "a part exceeds its file");
    EXPECT_EQ(files.add(part(10, 0, "hello")), "");
    EXPECT_EQ(files.add(part(11, 0, "hello")), "the parts of a file disagree on its size");
}

TEST(PackedFiles, NotMoreThanALimit) {
    PackedFiles files;
    const std::string bytes = compressed(std::string(max_part_bytes, 'x'));
    const FilePart full{"/bin/x", "", max_part_bytes, 0, max_part_bytes, Compression::zstd, bytes};
    std::uint64_t taken = 0;
    while (taken <= PackedFiles::max_bytes && files.add(full).empty())
        taken += max_part_bytes;
    EXPECT_EQ(taken, PackedFiles::max_bytes);
    EXPECT_EQ(files.add(full), "its files are larger than 512 MiB in all");
}

// A byte takes a page.
TEST(PackedFiles, ManySmallPartsAreMuch) {
    PackedFiles files;
    const std::uint64_t size = std::uint64_t{4} << 30;
    std::uint64_t pages = 0;
    while (pages * 4096 <= PackedFiles::max_bytes && files.add(part(size, pages * 4096, "x")).empty())
        ++pages;
    EXPECT_EQ(pages * 4096, PackedFiles::max_bytes);
    PackedFiles across;
    EXPECT_EQ(across.add(part(size, 4095, "xy")), "");
}

}  // namespace
}  // namespace caprec
