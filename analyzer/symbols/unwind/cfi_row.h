// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/symbols/unwind/expression.h"

namespace caprec {

// Tells where the previous frame's value of a register is, seen from an address of code, when it is no longer in the
// register.
enum class RegisterRule : std::uint8_t {
    at_cfa,         // in memory, `operand` bytes from the CFA
    cfa_plus,       // the CFA plus `operand`
    of_register,    // in register number `operand`
    by_expression,  // as expressions[operand] says
};

struct RegisterRow {
    std::uint8_t number = 0;
    RegisterRule rule = RegisterRule::at_cfa;
    std::int32_t operand = 0;
};

// How to get from a frame to the previous one, which is its caller's, at one address of code.
struct CfiRow {
    static constexpr std::uint8_t by_expression = 0xff;  // a special value of cfa_register

    bool signal = false;            // the previous function was interrupted by a signal: its address is exact
    std::uint8_t cfa_register = 0;  // the CFA is this register plus cfa_operand; or by expressions[cfa_operand]
    std::int32_t cfa_operand = 0;
    std::uint8_t return_register = 0;  // the column of the return address
    std::uint64_t undefined = 0;       // a bit for each register whose value is nowhere
    std::vector<RegisterRow> registers;
    std::vector<Expression> expressions;
};

inline std::size_t memory_of(const CfiRow& row) {  // bytes besides the row itself, about
    std::size_t bytes =
        row.registers.capacity() * sizeof(RegisterRow) + row.expressions.capacity() * sizeof(Expression);
    for (const Expression& expression : row.expressions)
        bytes += expression.operations.capacity() * sizeof(Operation);
    return bytes;
}

}  // namespace caprec
