// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/go_table.h"

#include <gtest/gtest.h>
#include <cstring>
#include <random>

#include "analyzer/symbols/elf/demangle.h"
#include "analyzer/symbols/unwind/cfi_table.h"
#include "tests/unit/symbols/program_files.h"

namespace caprec {
namespace {

constexpr std::uint64_t code_start = 0x500000, second_function = code_start + 32;

using Frames = std::vector<SourceFrame>;

TEST(GoTableTest, FunctionsAndLines) {
    const ElfFile file(image_of_program("go_table"));
    const GoTable table(file);
    EXPECT_EQ(table.frames(code_start), (Frames{{"_rt0_amd64_linux", "/one.go", 10}}));
    EXPECT_EQ(table.frames(code_start + 15), (Frames{{"_rt0_amd64_linux", "/one.go", 10}}));
    EXPECT_EQ(table.frames(code_start + 16), (Frames{{"_rt0_amd64_linux", "/one.go", 12}}));
    EXPECT_EQ(table.frames(second_function), (Frames{{"main.(*T).second", "two.go", 100}}));
    EXPECT_EQ(table.function_start(second_function + 31), second_function);
    for (const std::uint64_t outside : {code_start - 1, code_start + 64, std::uint64_t{0}, ~std::uint64_t{0}}) {
        EXPECT_TRUE(table.frames(outside).empty()) << outside;
        EXPECT_FALSE(table.function_start(outside)) << outside;
        EXPECT_FALSE(table.stack_bytes(outside)) << outside;
    }
}

// The name of the inlined function is in another table, whose place a stripped file does not tell.
TEST(GoTableTest, InlinedCodeHasALineAlone) {
    const ElfFile file(image_of_program("go_table"));
    const GoTable table(file);
    for (const std::uint64_t place : {second_function + 8, second_function + 15})
        EXPECT_EQ(table.frames(place), (Frames{{"", "two.go", 100}, {"main.(*T).second", "", 0}}));
    for (const std::uint64_t place : {second_function + 7, second_function + 16})
        EXPECT_EQ(table.frames(place).size(), 1u);
}

TEST(GoTableTest, WhatIsOnTheStack) {
    const ElfFile file(image_of_program("go_table"));
    const GoTable table(file);
    EXPECT_EQ(table.stack_bytes(code_start + 3), 0u);
    EXPECT_EQ(table.stack_bytes(code_start + 4), 16u);
    EXPECT_EQ(table.stack_bytes(code_start + 31), 16u);
    EXPECT_EQ(table.stack_bytes(second_function), 0u);
}

TEST(GoTableTest, WhereStacksBeginAndChange) {
    const ElfFile file(image_of_program("go_table"));
    const GoTable table(file);
    EXPECT_EQ(table.kind(code_start + 1), GoTable::Kind::top);
    EXPECT_EQ(table.kind(second_function), GoTable::Kind::switches_stack);
    EXPECT_EQ(table.kind(second_function + 32), GoTable::Kind::unknown);

    const ElfFile placed(image_of_program("go_table_without_text"));  // the table is about the file's own code
    CfiTable rows(placed, nullptr);
    CfiRow row;
    EXPECT_EQ(rows.find(placed.offset_of(placed.entry()).value(), 17, row), CfiTable::Found::process_start);
}

TEST(GoTableTest, APartOfItIsEnough) {
    for (const char* program : {"go_table", "go_table_without_text"}) {
        const FileImage whole = image_of_program(program);
        const ElfFile file(image_of_program(program));
        const GoTable table(file);
        const std::uint64_t start = program == std::string("go_table") ? code_start : file.entry();
        for (const std::uint64_t place : {start + 5, start + 32 + 9}) {
            std::vector<ByteRange> ranges;
            table.add_ranges(place, ranges);
            FileImage part = image_of_program(program);
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
    const ElfFile file(image_of_program("go_table_without_text"));
    EXPECT_EQ(GoTable(file).frames(file.entry() + 33), (Frames{{"main.(*T).second", "two.go", 100}}));

    // When the code begins with a function that is not Go's, the text may begin elsewhere.
    FileImage image = image_of_program("go_table_without_text");
    const std::size_t name = image.bytes().find("_rt0_");
    image.write(name, "_rt1_");
    const ElfFile other(std::move(image));
    EXPECT_TRUE(GoTable(other).frames(other.entry()).empty());
}

TEST(GoTableTest, OtherFilesAndLayouts) {
    const ElfFile none(image_of_program("goroutine"));
    EXPECT_TRUE(GoTable(none).frames(none.entry()).empty());
    const ElfFile known(image_of_program("go_table"));
    const std::uint64_t head = known.section(".gopclntab")->offset;
    for (const std::uint32_t magic : {0xfffffffbU, 0xfffffff2U, 0U}) {
        FileImage image = image_of_program("go_table");
        image.write(head, {reinterpret_cast<const char*>(&magic), sizeof magic});
        EXPECT_TRUE(GoTable(ElfFile(std::move(image))).frames(code_start).empty()) << magic;
    }
}

TEST(GoTableTest, DamagedAnyhow) {
    const FileImage whole = image_of_program("go_table");
    const ElfSection section = *ElfFile(image_of_program("go_table")).section(".gopclntab");
    std::minstd_rand random(1);
    for (int round = 0; round < 3000; ++round) {
        FileImage image = FileImage::zeros(whole.bytes().size());
        image.write(0, whole.bytes());
        for (unsigned changes = random() % 4 + 1; changes > 0; --changes)
            image.data()[section.offset + random() % section.bytes] =
                static_cast<char>(random() % 3 == 0 ? 0xff : random());
        const ElfFile file(std::move(image));
        const GoTable table(file);
        for (const std::uint64_t place : {code_start, code_start + 20, second_function + 8, second_function + 31,
                                          code_start + (std::uint64_t{1} << 31)}) {
            for (const SourceFrame& frame : table.frames(place))
                EXPECT_LE(frame.function.size() + frame.file.size(), 2 * max_symbol_bytes);
            EXPECT_LT(table.stack_bytes(place).value_or(0), 1U << 30);
        }
    }
}

}  // namespace
}  // namespace caprec
