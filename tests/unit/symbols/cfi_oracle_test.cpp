// SPDX-License-Identifier: Apache-2.0
//
// The rows of whole files as elfutils reads them and as we do: the same at every place of their code.
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>

#include "analyzer/symbols/elf/file_descriptor.h"
#include "analyzer/symbols/unwind/cfi_table.h"
#include "analyzer/symbols/unwind/registers.h"
#include "tests/unit/symbols/program_files.h"
#include "tests/unit/symbols/register_numbers.h"
#include "tests/unit/symbols/row_text.h"

#if defined(__x86_64__)

namespace caprec {
namespace {

constexpr std::size_t register_count = 17;

using Operations = std::span<const Dwarf_Op>;

std::int32_t add_expression(Operations operations, CfiRow& row) {
    Expression& expression = row.expressions.emplace_back();
    for (const Dwarf_Op& operation : operations)
        if (operation.atom == DW_OP_stack_value)
            expression.is_value = true;
        else
            expression.operations.push_back({operation.atom, operation.number, operation.number2, operation.offset});
    return static_cast<std::int32_t>(row.expressions.size() - 1);
}

// elfutils gives every rule as an expression.
RegisterRow rule_of(std::uint8_t number, Operations operations, CfiRow& row) {
    const bool is_value = operations.back().atom == DW_OP_stack_value;
    const std::size_t length = operations.size() - (is_value ? 1 : 0);
    const bool from_cfa = operations[0].atom == DW_OP_call_frame_cfa;
    if (from_cfa && (length == 1 || (length == 2 && operations[1].atom == DW_OP_plus_uconst)))
        return {number, is_value ? RegisterRule::cfa_plus : RegisterRule::at_cfa,
                static_cast<std::int32_t>(length == 1 ? 0 : operations[1].number)};
    if (operations.size() == 1 && operations[0].atom == DW_OP_regx)
        return {number, RegisterRule::of_register, static_cast<std::int32_t>(operations[0].number)};
    return {number, RegisterRule::by_expression, add_expression(operations, row)};
}

bool cfa_of(Dwarf_Frame* frame, CfiRow& row) {
    Dwarf_Op* first = nullptr;
    std::size_t count = 0;
    if (::dwarf_frame_cfa(frame, &first, &count) != 0 || count == 0)
        return false;
    const bool by_register = count == 1 && first->atom == DW_OP_bregx;
    row.cfa_register = by_register ? static_cast<std::uint8_t>(first->number) : CfiRow::by_expression;
    row.cfa_operand = by_register ? static_cast<std::int32_t>(first->number2) : add_expression({first, count}, row);
    return true;
}

bool their_row(Dwarf_CFI* table, std::uint64_t address, CfiRow& row) {
    Dwarf_Frame* found = nullptr;
    if (::dwarf_cfi_addrframe(table, address, &found) != 0)
        return false;
    const std::unique_ptr<Dwarf_Frame, decltype(&std::free)> frame(found, std::free);
    ::dwarf_frame_info(found, nullptr, nullptr, &row.signal);
    for (std::uint8_t number = 0; number < register_count; ++number) {
        Dwarf_Op memory[3];
        Dwarf_Op* first = nullptr;
        std::size_t count = 0;
        EXPECT_EQ(::dwarf_frame_register(found, number, memory, &first, &count), 0);
        if (count != 0)
            row.registers.push_back(rule_of(number, {first, count}, row));
        else if (first != nullptr)
            row.undefined |= std::uint64_t{1} << number;
    }
    return cfa_of(found, row);
}

// elfutils 0.188 says that calls keep %rax (0), where it means %rbx (3): this puts that right where a register has no
// rule.
void put_right(CfiRow& row) {
    const auto is_said = [&](std::uint64_t number) {
        return std::any_of(row.registers.begin(), row.registers.end(),
                           [&](const RegisterRow& rule) { return rule.number == number; });
    };
    if (!is_said(rax))
        row.undefined |= std::uint64_t{1} << rax;
    if (!is_said(rbx))
        row.undefined &= ~(std::uint64_t{1} << rbx);
}

class CfiOracle : public testing::TestWithParam<std::string> {};

TEST_P(CfiOracle, SameRows) {
    const FileDescriptor descriptor(::open(GetParam().c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0)
        GTEST_SKIP() << "not installed";
    const ElfFile file(FileImage::map(descriptor.get()));
    CfiTable table(file, nullptr);
    Dwarf_CFI* theirs = ::dwarf_getcfi_elf(file.handle());
    ASSERT_NE(theirs, nullptr);
    const ElfSection& text = *file.section(".text");
    std::size_t same = 0, compared = 0;
    for (std::uint64_t place = 0; place < text.bytes && compared < 300000 && !HasFailure(); place += 7) {
        CfiRow expected, row;
        if (!their_row(theirs, text.address + place, expected))
            continue;
        put_right(expected);
        ++compared;
        ASSERT_EQ(table.find(text.offset + place, register_count, row), CfiTable::Found::row) << place;
        EXPECT_EQ(text_of(row), text_of(expected)) << place;
        ++same;
    }
    ::dwarf_cfi_end(theirs);
    RecordProperty("rows", static_cast<int>(same));
    EXPECT_GE(same, 1000u);
}

const std::string libraries = "/lib/x86_64-linux-gnu/";
INSTANTIATE_TEST_SUITE_P(Files, CfiOracle,
                         testing::Values(libraries + "libc.so.6", libraries + "ld-linux-x86-64.so.2",
                                         "/usr" + libraries + "libstdc++.so.6", "/usr/bin/perl",
                                         program_folder + "deep_calls_static"));

}  // namespace
}  // namespace caprec

#endif
