// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/symbols/row_text.h"

#include <map>

#include "analyzer/symbols/unwind/registers.h"

namespace caprec {
namespace {

std::string with_sign(std::int64_t number) { return (number < 0 ? "" : "+") + std::to_string(number); }

std::string text_of(const Expression& expression) {
    std::string text;
    for (const Operation& operation : expression.operations) {
        text += text.empty() ? "" : ",";
        text += std::to_string(operation.code);
        for (const std::uint64_t operand : {operation.first, operation.second})
            text += operand == 0 ? "" : ":" + std::to_string(static_cast<std::int64_t>(operand));
    }
    return "(" + text + ")";
}

std::string text_of(const RegisterRow& rule, const CfiRow& row) {
    switch (rule.rule) {
        case RegisterRule::at_cfa: return "[cfa" + with_sign(rule.operand) + "]";
        case RegisterRule::cfa_plus: return "cfa" + with_sign(rule.operand);
        case RegisterRule::of_register: return "r" + std::to_string(rule.operand);
        case RegisterRule::by_expression: break;
    }
    const Expression& expression = row.expressions.at(static_cast<std::size_t>(rule.operand));
    return expression.is_value ? text_of(expression) : "[" + text_of(expression) + "]";
}

}  // namespace

std::string text_of(const CfiRow& row) {
    std::map<std::size_t, std::string> registers;
    for (std::size_t number = 0; number < max_registers; ++number)
        if ((row.undefined >> number & 1) != 0)
            registers[number] = "u";
    for (const RegisterRow& rule : row.registers)
        registers[rule.number] = text_of(rule, row);
    const bool by_expression = row.cfa_register == CfiRow::by_expression;
    std::string text = "cfa=";
    text += by_expression ? text_of(row.expressions.at(static_cast<std::size_t>(row.cfa_operand)))
                          : "r" + std::to_string(row.cfa_register) + with_sign(row.cfa_operand);
    for (const auto& [number, rule] : registers)
        text += " r" + std::to_string(number) + "=" + rule;
    return text + (row.signal ? " signal" : "");
}

}  // namespace caprec
