// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/go_table.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <cstring>
#include <random>

#include "analyzer/symbols/elf/demangle.h"
#include "analyzer/symbols/elf/file_descriptor.h"
#include "analyzer/symbols/unwind/cfi_table.h"

namespace caprec {
namespace {

constexpr std::uint64_t text = 0x500000, second = text + 32;

FileImage image_of(const std::string& program) {
    const std::string path = CAPREC_BINARY_DIR "/tests/symbols_programs/" + program;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return FileImage::map(file.get());
}

using Frames = std::vector<SourceFrame>;

TEST(GoTableTest, FunctionsAndLines) {
    const ElfFile file(image_of("go_table"));
    const GoTable table(file);
    EXPECT_EQ(table.frames(text), (Frames{{"_rt0_amd64_linux", "/one.go", 10}}));
    EXPECT_EQ(table.frames(text + 15), (Frames{{"_rt0_amd64_linux", "/one.go", 10}}));
    EXPECT_EQ(table.frames(text + 16), (Frames{{"_rt0_amd64_linux", "/one.go", 12}}));
    EXPECT_EQ(table.frames(second), (Frames{{"main.(*T).second", "two.go", 100}}));
    EXPECT_EQ(table.function_start(second + 31), second);
    for (const std::uint64_t outside : {text - 1, text + 64, std::uint64_t{0}, ~std::uint64_t{0}}) {
        EXPECT_TRUE(table.frames(outside).empty()) << outside;
        EXPECT_FALSE(table.function_start(outside)) << outside;
        EXPECT_FALSE(table.stack_bytes(outside)) << outside;
    }
}

// The name of the inlined function is in another table, whose place a stripped file does not tell.
TEST(GoTableTest, InlinedCodeHasALineAlone) {
    const ElfFile file(image_of("go_table"));
    const GoTable table(file);
    for (const std::uint64_t place : {second + 8, second + 15})
        EXPECT_EQ(table.frames(place), (Frames{{"", "two.go", 100}, {"main.(*T).second", "", 0}}));
    for (const std::uint64_t place : {second + 7, second + 16})
        EXPECT_EQ(table.frames(place).size(), 1u);
}

TEST(GoTableTest, WhatIsOnTheStack) {
    const ElfFile file(image_of("go_table"));
    const GoTable table(file);
    EXPECT_EQ(table.stack_bytes(text + 3), 0u);
    EXPECT_EQ(table.stack_bytes(text + 4), 16u);
    EXPECT_EQ(table.stack_bytes(text + 31), 16u);
    EXPECT_EQ(table.stack_bytes(second), 0u);
}

TEST(GoTableTest, WhereStacksBeginAndChange) {
    const ElfFile file(image_of("go_table"));
    const GoTable table(file);
    EXPECT_EQ(table.kind(text + 1), GoTable::Kind::top);
    EXPECT_EQ(table.kind(second), GoTable::Kind::switches_stack);
    EXPECT_EQ(table.kind(second + 32), GoTable::Kind::unknown);

    const ElfFile placed(image_of("go_table_without_text"));  // the table is about the file's own code
    CfiTable rows(placed, nullptr);
    CfiRow row;
    EXPECT_EQ(rows.find(placed.offset_of(placed.entry()).value(), 17, row), CfiTable::Found::process_start);
}

TEST(GoTableTest, APartOfItIsEnough) {
    for (const char* program : {"go_table", "go_table_without_text"}) {
        const FileImage whole = image_of(program);
        const ElfFile file(image_of(program));
        const GoTable table(file);
        const std::uint64_t start = program == std::string("go_table") ? text : file.entry();
        for (const std::uint64_t place : {start + 5, start + 32 + 9}) {
            std::vector<ByteRange> ranges;
            table.add_ranges(place, ranges);
            FileImage part = image_of(program);
            const ElfSection& section = *file.section(".gopclntab");
            part.write(section.offset, std::string(section.bytes, '\0'));
            for (const ByteRange& range : ranges)
                part.write(range.offset, whole.bytes().substr(range.offset, range.bytes));
            const ElfFile part_file(std::move(part));
            const GoTable of_part(part_file);
            EXPECT_EQ(of_part.kind(place), table.kind(place));
            EXPECT_EQ(of_part.stack_bytes(place), table.stack_bytes(place));
            EXPECT_EQ(of_part.function_start(place), table.function_start(place));
        }
        std::vector<ByteRange> none;
        table.add_ranges(start - 1, none);
        EXPECT_TRUE(none.empty());
    }
}

TEST(GoTableTest, WhereTheHeadLeavesTheTextOut) {
    const ElfFile file(image_of("go_table_without_text"));
    EXPECT_EQ(GoTable(file).frames(file.entry() + 33), (Frames{{"main.(*T).second", "two.go", 100}}));

    // When the code begins with a function that is not Go's, the text may begin elsewhere.
    FileImage image = image_of("go_table_without_text");
    const std::size_t name = image.bytes().find("_rt0_");
    image.write(name, "_rt1_");
    const ElfFile other(std::move(image));
    EXPECT_TRUE(GoTable(other).frames(other.entry()).empty());
}

TEST(GoTableTest, OtherFilesAndLayouts) {
    const ElfFile none(image_of("goroutine"));
    EXPECT_TRUE(GoTable(none).frames(none.entry()).empty());
    const ElfFile known(image_of("go_table"));
    const std::uint64_t head = known.section(".gopclntab")->offset;
    for (const std::uint32_t magic : {0xfffffffbU, 0xfffffff2U, 0U}) {
        FileImage image = image_of("go_table");
        image.write(head, {reinterpret_cast<const char*>(&magic), sizeof magic});
        EXPECT_TRUE(GoTable(ElfFile(std::move(image))).frames(text).empty()) << magic;
    }
}

TEST(GoTableTest, DamagedAnyhow) {
    const FileImage whole = image_of("go_table");
    const ElfSection section = *ElfFile(image_of("go_table")).section(".gopclntab");
    std::minstd_rand random(1);
    for (int round = 0; round < 3000; ++round) {
        FileImage image = FileImage::zeros(whole.bytes().size());
        image.write(0, whole.bytes());
        for (unsigned changes = random() % 4 + 1; changes > 0; --changes)
            image.data()[section.offset + random() % section.bytes] =
                static_cast<char>(random() % 3 == 0 ? 0xff : random());
        const ElfFile file(std::move(image));
        const GoTable table(file);
        for (const std::uint64_t place : {text, text + 20, second + 8, second + 31, text + (std::uint64_t{1} << 31)}) {
            for (const SourceFrame& frame : table.frames(place))
                EXPECT_LE(frame.function.size() + frame.file.size(), 2 * max_symbol_bytes);
            EXPECT_LT(table.stack_bytes(place).value_or(0), 1U << 30);
        }
    }
}

}  // namespace
}  // namespace caprec
