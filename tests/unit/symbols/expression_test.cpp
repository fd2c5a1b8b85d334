// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/expression.h"

#include <dwarf.h>
#include <gtest/gtest.h>
#include <optional>

namespace caprec {
namespace {

constexpr std::uint64_t minus(std::uint64_t value) { return 0 - value; }

class ExpressionTest : public testing::Test {
protected:
    ExpressionTest() {
        UserStack stack;
        stack.bytes = 32;
        stack.places = {1, 3, 9};  // the last one lies outside
        stack.pointers = {encode({ModuleId(5), 0x40}), encode({ModuleId(), 16}), encode({ModuleId(5), 0x99})};
        memory_.load(stack);
        registers_.set(7, Snapshot::stack_base);
        registers_.set(16, 0x1234);
    }

    std::optional<std::uint64_t> result(std::vector<Operation> operations) {
        for (std::size_t i = 0; i < operations.size(); ++i)
            operations[i].offset = i * 3;  // as long as a branch is
        std::uint64_t value = 0;
        last_ = evaluate({std::move(operations), false}, {registers_, memory_, 0x8000}, value);
        return last_ == Evaluation::done ? std::optional(value) : std::nullopt;
    }

    Snapshot memory_;
    RegisterSet registers_;
    Evaluation last_ = Evaluation::done;
};

TEST_F(ExpressionTest, Arithmetic) {
    struct Row {
        std::uint8_t code;
        std::uint64_t left, right, result;
    };
    const Row rows[] = {
        {DW_OP_plus, 7, 5, 12},
        {DW_OP_minus, 5, 7, minus(2)},
        {DW_OP_mul, 7, 5, 35},
        {DW_OP_div, minus(9), 3, minus(3)},
        {DW_OP_mod, 9, 4, 1},
        {DW_OP_and, 0x1ff, 15, 15},
        {DW_OP_or, 8, 1, 9},
        {DW_OP_xor, 3, 1, 2},
        {DW_OP_shl, 1, 4, 16},
        {DW_OP_shl, 1, 64, 0},
        {DW_OP_shr, minus(1), 60, 15},
        {DW_OP_shra, minus(16), 2, minus(4)},
        {DW_OP_eq, 4, 4, 1},
        {DW_OP_ne, 4, 4, 0},
        {DW_OP_lt, minus(1), 0, 1},
        {DW_OP_ge, 11, 11, 1},
        {DW_OP_gt, 0, minus(1), 1},
        {DW_OP_le, 1, 0, 0},
        {DW_OP_div, std::uint64_t{1} << 63, minus(1), std::uint64_t{1} << 63},
    };
    for (const Row& row : rows)
        EXPECT_EQ(result({{DW_OP_constu, row.left}, {DW_OP_constu, row.right}, {row.code}}), row.result)
            << std::hex << int(row.code);
    EXPECT_EQ(result({{DW_OP_lit3}, {DW_OP_neg}}), minus(3));
    EXPECT_EQ(result({{DW_OP_lit3}, {DW_OP_neg}, {DW_OP_abs}}), 3);
    EXPECT_EQ(result({{DW_OP_lit0}, {DW_OP_not}}), minus(1));
    EXPECT_EQ(result({{DW_OP_lit31}, {DW_OP_plus_uconst, 9}}), 40);
}

TEST_F(ExpressionTest, RegistersMemoryAndTheCfa) {
    EXPECT_EQ(result({{DW_OP_breg7, 8}, {DW_OP_deref}}), Snapshot::address_of({ModuleId(5), 0x40}));
    EXPECT_EQ(result({{DW_OP_bregx, 7, 24}, {DW_OP_deref}}), Snapshot::stack_base + 16);
    EXPECT_EQ(result({{DW_OP_breg7, 0}, {DW_OP_deref}}), 0);  // scrubbed
    EXPECT_EQ(result({{DW_OP_call_frame_cfa}, {DW_OP_plus_uconst, 8}}), 0x8008);
}

TEST_F(ExpressionTest, TheStackOperations) {
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit2}, {DW_OP_swap}}), 1);
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit2}, {DW_OP_over}}), 1);
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit2}, {DW_OP_drop}}), 1);
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit2}, {DW_OP_pick, 1}}), 1);
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit2}, {DW_OP_lit3}, {DW_OP_rot}}), 2);
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit2}, {DW_OP_lit3}, {DW_OP_rot}, {DW_OP_drop}}), 1);
    EXPECT_EQ(result({{DW_OP_lit5}, {DW_OP_dup}, {DW_OP_plus}}), 10);
}

TEST_F(ExpressionTest, Branches) {
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_skip, 3}, {DW_OP_lit2}, {DW_OP_nop}}), 1);
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit0}, {DW_OP_bra, 3}, {DW_OP_lit2}}), 2);
    EXPECT_EQ(result({{DW_OP_lit1}, {DW_OP_lit7}, {DW_OP_bra, 3}, {DW_OP_lit2}}), 1);  // to the end
}

TEST_F(ExpressionTest, HostileOnesEnd) {
    EXPECT_FALSE(result({}));
    EXPECT_FALSE(result({{DW_OP_plus}}));
    EXPECT_FALSE(result({{DW_OP_lit1}, {DW_OP_skip, minus(3)}}));  // for ever
    EXPECT_FALSE(result({{DW_OP_lit1}, {DW_OP_skip, minus(1)}, {DW_OP_lit2}}));
    EXPECT_FALSE(result({{DW_OP_lit1}, {DW_OP_lit0}, {DW_OP_div}}));
    EXPECT_FALSE(result({{DW_OP_lit1}, {DW_OP_lit0}, {DW_OP_mod}}));
    EXPECT_FALSE(result({{DW_OP_breg0, 0}}));  // not known
    EXPECT_FALSE(result({{DW_OP_bregx, 99, 0}}));
    EXPECT_FALSE(result({{DW_OP_lit1}, {DW_OP_pick, 200}}));
    EXPECT_FALSE(result({{0xff}}));
    EXPECT_FALSE(result(std::vector<Operation>(100, {DW_OP_lit1})));
    EXPECT_EQ(last_, Evaluation::invalid);
    EXPECT_FALSE(result({{DW_OP_breg7, 32}, {DW_OP_deref}}));
    EXPECT_EQ(last_, Evaluation::no_memory);
    EXPECT_FALSE(result({{DW_OP_breg7, 4}, {DW_OP_deref}}));
    EXPECT_FALSE(result({{DW_OP_breg7, minus(8)}, {DW_OP_deref}}));
    EXPECT_EQ(last_, Evaluation::no_memory);
}

}  // namespace
}  // namespace caprec
