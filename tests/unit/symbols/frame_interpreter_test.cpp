// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/frame_interpreter.h"

#include <dwarf.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/symbols/unwind/registers.h"
#include "tests/unit/symbols/row_text.h"

namespace caprec {
namespace {

using Code = std::vector<std::uint8_t>;

std::string_view view(const Code& code) { return {reinterpret_cast<const char*>(code.data()), code.size()}; }

// Every common entry of x86-64 begins with this: it gives the row at a function's first instruction.
const Code begin = {DW_CFA_def_cfa, 7, 8, DW_CFA_offset | 16, 1};

constexpr std::uint64_t function_start = 0x1000;

FrameProgram program_of(const Code& initial, const Code& function) {
    FrameProgram program;
    program.start = function_start;
    program.initial = view(initial);
    program.function = view(function);
    program.data_alignment = -8;
    program.return_register = 16;
    return program;
}

// The row without the registers that calls change, and without the stack pointer, which are the same in all of them.
std::string row_at(std::uint64_t bytes, const Code& function, const Code& initial = begin) {
    CfiRow row;
    if (!run_frame_program(program_of(initial, function), function_start + bytes, 17, row))
        return "nothing";
    for (const std::uint8_t changed : {0, 1, 2, 4, 5, 8, 9, 10, 11})
        row.undefined &= ~(std::uint64_t{1} << changed);
    const std::string text = text_of(row);
    const std::size_t stack_pointer = text.find(" r7=cfa+0");
    return stack_pointer == std::string::npos ? text : std::string(text).erase(stack_pointer, 9);
}

struct ProgramRow {
    const char* name;
    Code function;
    std::uint64_t bytes;  // place, from the function's start
    const char* expected;
};
std::ostream& operator<<(std::ostream& out, const ProgramRow& row) { return out << row.name; }

const ProgramRow program_rows[] = {
    {"first_instruction", {}, 0, "cfa=r7+8 r16=[cfa-8]"},
    {"before_an_advance", {DW_CFA_advance_loc | 4, DW_CFA_def_cfa_offset, 16}, 3, "cfa=r7+8 r16=[cfa-8]"},
    {"from_an_advance_on", {DW_CFA_advance_loc | 4, DW_CFA_def_cfa_offset, 16}, 4, "cfa=r7+16 r16=[cfa-8]"},
    {"two_bytes", {DW_CFA_advance_loc2, 0, 1, DW_CFA_def_cfa_offset, 16}, 255, "cfa=r7+8 r16=[cfa-8]"},
    {"two_bytes_on", {DW_CFA_advance_loc2, 0, 1, DW_CFA_def_cfa_offset, 16}, 256, "cfa=r7+16 r16=[cfa-8]"},
    {"set_loc", {DW_CFA_set_loc, 4, 0x10, 0, 0, 0, 0, 0, 0, DW_CFA_def_cfa_offset, 16}, 4, "cfa=r7+16 r16=[cfa-8]"},
    {"pushed", {DW_CFA_def_cfa_offset, 16, DW_CFA_offset | 6, 2}, 0, "cfa=r7+16 r6=[cfa-16] r16=[cfa-8]"},
    {"by_frame_pointer", {DW_CFA_def_cfa_offset, 16, DW_CFA_def_cfa_register, 6}, 0, "cfa=r6+16 r16=[cfa-8]"},
    {"signed_offset", {DW_CFA_def_cfa_sf, 6, 0x7e}, 0, "cfa=r6+16 r16=[cfa-8]"},
    {"in_a_register", {DW_CFA_register, 6, 12}, 0, "cfa=r7+8 r6=r12 r16=[cfa-8]"},
    {"value", {DW_CFA_val_offset, 6, 3}, 0, "cfa=r7+8 r6=cfa-24 r16=[cfa-8]"},
    {"extended", {DW_CFA_offset_extended_sf, 6, 0x7f}, 0, "cfa=r7+8 r6=[cfa+8] r16=[cfa-8]"},
    {"negative", {DW_CFA_GNU_negative_offset_extended, 6, 2}, 0, "cfa=r7+8 r6=[cfa+16] r16=[cfa-8]"},
    {"lost", {DW_CFA_undefined, 6, DW_CFA_undefined, 16}, 0, "cfa=r7+8 r6=u r16=u"},
    {"kept", {DW_CFA_offset | 6, 2, DW_CFA_same_value, 6}, 0, "cfa=r7+8 r16=[cfa-8]"},
    {"restored", {DW_CFA_undefined, 16, DW_CFA_restore | 16}, 0, "cfa=r7+8 r16=[cfa-8]"},
    {"remembered",
     {DW_CFA_remember_state, DW_CFA_def_cfa, 6, 0, DW_CFA_undefined, 6, DW_CFA_restore_state},
     0,
     "cfa=r7+8 r16=[cfa-8]"},
    {"skipped", {DW_CFA_GNU_args_size, 8, DW_CFA_nop, DW_CFA_def_cfa_offset, 16}, 0, "cfa=r7+16 r16=[cfa-8]"},
    {"cfa_by_expression",
     {DW_CFA_def_cfa_expression, 3, DW_OP_breg6, 0x78, DW_OP_deref},
     0,
     "cfa=(118:-8,6) r16=[cfa-8]"},
    {"register_by_expression", {DW_CFA_expression, 6, 2, DW_OP_breg6, 8}, 0, "cfa=r7+8 r6=[(156,118:8)] r16=[cfa-8]"},
    {"value_by_expression", {DW_CFA_val_expression, 6, 2, DW_OP_breg6, 8}, 0, "cfa=r7+8 r6=(156,118:8) r16=[cfa-8]"},
    // damaged, or nothing that could be followed
    {"unknown_instruction", {0x3e}, 0, "nothing"},
    {"cut_operand", {DW_CFA_def_cfa_offset, 0x80}, 0, "nothing"},
    {"cut_expression", {DW_CFA_def_cfa_expression, 9, DW_OP_breg6}, 0, "nothing"},
    {"nothing_remembered", {DW_CFA_restore_state}, 0, "nothing"},
    {"offset_of_an_expression", {DW_CFA_def_cfa_expression, 1, DW_OP_lit0, DW_CFA_def_cfa_offset, 8}, 0, "nothing"},
    {"cfa_of_no_register", {DW_CFA_def_cfa_register, 99}, 0, "nothing"},
    {"far", {DW_CFA_offset | 6, 0x80, 0x80, 0x80, 0x80, 0x8}, 0, "cfa=r7+8 r6=u r16=[cfa-8]"},
    {"after_damage", {DW_CFA_advance_loc | 4, 0x3e}, 3, "cfa=r7+8 r16=[cfa-8]"},
};

class FrameProgramTest : public testing::TestWithParam<ProgramRow> {};

TEST_P(FrameProgramTest, Row) { EXPECT_EQ(row_at(GetParam().bytes, GetParam().function), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(Instructions, FrameProgramTest, testing::ValuesIn(program_rows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(FrameProgram, NothingOfTheCfaIsNoRow) { EXPECT_EQ(row_at(0, {DW_CFA_offset | 16, 1}, {}), "nothing"); }

TEST(FrameProgram, FactorsScaleDistances) {
    const Code function = {DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 16};
    FrameProgram program = program_of(begin, function);
    program.code_alignment = 4;
    CfiRow row;
    ASSERT_TRUE(run_frame_program(program, function_start + 3, 17, row));
    EXPECT_EQ(row.cfa_operand, 8);
    ASSERT_TRUE(run_frame_program(program, function_start + 4, 17, row));
    EXPECT_EQ(row.cfa_operand, 16);
}

TEST(FrameProgram, Arm64KeepsItsOwnRegisters) {
    const Code initial = {DW_CFA_def_cfa, 31, 0}, function = {DW_CFA_GNU_window_save, DW_CFA_offset | 30, 1};
    FrameProgram program = program_of(initial, function);
    program.return_register = 30;
    CfiRow row;
    ASSERT_TRUE(run_frame_program(program, function_start, 33, row));
    const std::uint64_t changed = ((std::uint64_t{1} << 19) - 1) | std::uint64_t{1} << 32;
    EXPECT_EQ(row.undefined, changed);
    EXPECT_EQ(row.return_register, 30);
}

TEST(FrameProgram, RegistersThatNoMachineHasTakeNoMemory) {
    const Code function = {DW_CFA_offset_extended,
                           0xff,
                           0xff,
                           0xff,
                           0x0f,
                           1,
                           DW_CFA_register,
                           0xff,
                           0xff,
                           0xff,
                           0xff,
                           0x0f,
                           3,
                           DW_CFA_restore_extended,
                           0xff,
                           0xff,
                           0xff,
                           0xff,
                           0x0f,
                           DW_CFA_undefined,
                           33,
                           DW_CFA_register,
                           6,
                           0xff,
                           0xff,
                           0x3};
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    EXPECT_EQ(row_at(0, function), "cfa=r7+8 r6=u r16=[cfa-8]");
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 4096) << "KiB";
}

TEST(FrameProgram, WhatIsRememberedIsLimited) {
    EXPECT_NE(row_at(0, Code(64, DW_CFA_remember_state)), "nothing");
    EXPECT_EQ(row_at(0, Code(65, DW_CFA_remember_state)), "nothing");
}

TEST(FrameProgram, SoIsItsLength) {
    EXPECT_NE(row_at(0, Code(1U << 16, DW_CFA_nop)), "nothing");
    EXPECT_EQ(row_at(0, Code((1U << 16) + 1, DW_CFA_nop)), "nothing");
}

TEST(FrameProgram, ExpressionsThatFramesDoNotHave) {
    const Code too_long = [] {
        Code code = {DW_CFA_def_cfa_expression, 0x81, 2};  // 257
        code.resize(code.size() + 257, DW_OP_lit0);
        return code;
    }();
    EXPECT_EQ(row_at(0, too_long), "nothing");
    EXPECT_EQ(row_at(0, {DW_CFA_def_cfa_expression, 0}), "nothing");
    EXPECT_EQ(row_at(0, {DW_CFA_def_cfa_expression, 1, DW_OP_reg0}), "nothing");
    EXPECT_EQ(row_at(0, {DW_CFA_expression, 6, 1, DW_OP_const8u}), "cfa=r7+8 r6=u r16=[cfa-8]");
}

}  // namespace
}  // namespace caprec
