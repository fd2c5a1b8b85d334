// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/section_contents.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <libelf.h>
#include <cstring>
#include <functional>

#include "tests/unit/symbols/program_files.h"

namespace caprec {
namespace {

constexpr const char *in_elf_way = "deep_calls_debug_frame_zlib", *in_gnu_way = "deep_calls_debug_frame_gnu";

const ElfSection& frames_of(const ElfFile& file) {
    const ElfSection* section = file.section(".debug_frame");
    return section != nullptr ? *section : *file.section(".zdebug_frame");
}

std::string contents(
    const std::string& program, const std::function<void(char* section)>& change = [](char*) {}) {
    FileImage image = image_of_program(program);
    const std::uint64_t offset = frames_of(ElfFile(image_of_program(program))).offset;
    change(image.data() + offset);
    const ElfFile file(std::move(image));
    return uncompressed(file, frames_of(file));
}

TEST(SectionContents, TheSameInEveryWay) {
    const std::string plain = contents("deep_calls_debug_frame");
    EXPECT_GT(plain.size(), 100u);
    const ElfFile file(image_of_program(in_elf_way));
    EXPECT_EQ(contents(in_elf_way).size(), plain.size());  // the addresses differ
    EXPECT_EQ(contents(in_gnu_way).size(), plain.size());
    EXPECT_LT(frames_of(file).bytes, plain.size());
}

TEST(SectionContents, SizesAreNotBelieved) {
    const auto elf_size = [](std::uint64_t size) {
        return [size](char* section) { std::memcpy(section + offsetof(Elf64_Chdr, ch_size), &size, sizeof size); };
    };
    const std::uint64_t size = contents(in_elf_way).size();
    EXPECT_NE(contents(in_elf_way, elf_size(size)), "");
    for (const std::uint64_t wrong : {size - 1, size + 1, max_uncompressed_bytes + 1, ~std::uint64_t{0}, size - size})
        EXPECT_EQ(contents(in_elf_way, elf_size(wrong)), "") << wrong;
    EXPECT_EQ(contents(in_gnu_way, [](char* section) { section[4] = 1; }), "");
}

TEST(SectionContents, DamageIsNothing) {
    EXPECT_EQ(contents(in_elf_way, [](char* section) { section[sizeof(Elf64_Chdr)] ^= 0x55; }), "");
    EXPECT_EQ(contents(in_elf_way, [](char* section) { section[0] = 9; }),
              "");  // a way that is not known
    EXPECT_EQ(contents(in_gnu_way, [](char* section) { section[0] = 'z'; }), "");
}

TEST(ElfFile, WhatLibelfWritesIsNotInTheFile) {
    const FileImage stored = image_of_program(in_elf_way);
    const ElfFile file(image_of_program(in_elf_way));
    ASSERT_GE(::elf_compress(::elf_getscn(file.handle(), frames_of(file).index), 0, 0), 0);
    const std::string_view all = stored.bytes();
    EXPECT_NE(file.bytes_at(0, file.size()), all);
    EXPECT_EQ(file.stored_bytes_at(0, file.size()), all);
    for (std::uint64_t offset = 0; offset < file.size() + 100; offset += 97)
        EXPECT_EQ(file.stored_bytes_at(offset, 130), offset < all.size() ? all.substr(offset, 130) : "") << offset;
}

}  // namespace
}  // namespace caprec
