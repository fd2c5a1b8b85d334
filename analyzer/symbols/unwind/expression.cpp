// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/expression.h"

#include <dwarf.h>
#include <algorithm>
#include <array>
#include <cstddef>

namespace caprec {
namespace {

constexpr std::size_t max_depth = 64, max_steps = 512;

class Stack {
public:
    bool push(std::uint64_t value) {
        if (depth_ == values_.size())
            return false;
        values_[depth_++] = value;
        return true;
    }
    bool pop(std::uint64_t& value) {
        if (depth_ == 0)
            return false;
        value = values_[--depth_];
        return true;
    }
    bool pick(std::uint64_t index) { return index < depth_ && push(values_[depth_ - 1 - index]); }
    // Moves the top below the next `count - 1` values.
    bool rotate(std::size_t count) {
        if (count > depth_)
            return false;
        auto* const end = values_.data() + depth_;
        std::rotate(end - count, end - 1, end);
        return true;
    }

private:
    std::array<std::uint64_t, max_depth> values_;
    std::size_t depth_ = 0;
};

std::optional<std::uint64_t> unary(std::uint8_t code, std::uint64_t operand, std::uint64_t value) {
    switch (code) {
        case DW_OP_plus_uconst: return value + operand;
        case DW_OP_neg: return 0 - value;
        case DW_OP_not: return ~value;
        case DW_OP_abs: return static_cast<std::int64_t>(value) < 0 ? 0 - value : value;
        default: return std::nullopt;
    }
}

std::optional<std::uint64_t> divided(std::uint64_t left, std::uint64_t right) {
    const auto dividend = static_cast<std::int64_t>(left), divisor = static_cast<std::int64_t>(right);
    if (divisor == 0)
        return std::nullopt;
    return divisor == -1 ? 0 - left : static_cast<std::uint64_t>(dividend / divisor);
}

std::optional<std::uint64_t> binary(std::uint8_t code, std::uint64_t left, std::uint64_t right) {
    const auto signed_left = static_cast<std::int64_t>(left), signed_right = static_cast<std::int64_t>(right);
    switch (code) {
        case DW_OP_and: return left & right;
        case DW_OP_or: return left | right;
        case DW_OP_xor: return left ^ right;
        case DW_OP_plus: return left + right;
        case DW_OP_minus: return left - right;
        case DW_OP_mul: return left * right;
        case DW_OP_div: return divided(left, right);
        case DW_OP_mod: return right == 0 ? std::nullopt : std::optional(left % right);
        case DW_OP_shl: return right > 63 ? 0 : left << right;
        case DW_OP_shr: return right > 63 ? 0 : left >> right;
        case DW_OP_shra: return static_cast<std::uint64_t>(signed_left >> std::min<std::uint64_t>(right, 63));
        case DW_OP_eq: return left == right;
        case DW_OP_ne: return left != right;
        case DW_OP_lt: return signed_left < signed_right;
        case DW_OP_le: return signed_left <= signed_right;
        case DW_OP_gt: return signed_left > signed_right;
        case DW_OP_ge: return signed_left >= signed_right;
        default: return std::nullopt;
    }
}

// The value that an operation pushes when that depends only on itself and the registers.
std::optional<std::uint64_t> constant(const Operation& operation, const Machine& machine) {
    const auto plus_register = [&](std::uint64_t number, std::uint64_t offset) -> std::optional<std::uint64_t> {
        if (!machine.registers.has(number))
            return std::nullopt;
        return machine.registers[number] + offset;
    };
    const std::uint8_t code = operation.code;
    if (code >= DW_OP_lit0 && code <= DW_OP_lit31)
        return code - DW_OP_lit0;
    if (code >= DW_OP_breg0 && code <= DW_OP_breg31)
        return plus_register(code - DW_OP_breg0, operation.first);
    switch (code) {
        case DW_OP_const1u:
        case DW_OP_const1s:
        case DW_OP_const2u:
        case DW_OP_const2s:
        case DW_OP_const4u:
        case DW_OP_const4s:
        case DW_OP_const8u:
        case DW_OP_const8s:
        case DW_OP_constu:
        case DW_OP_consts: return operation.first;
        case DW_OP_bregx: return plus_register(operation.first, operation.second);
        case DW_OP_call_frame_cfa: return machine.cfa;
        default: return std::nullopt;
    }
}

bool is_unary(std::uint8_t code) {
    return code == DW_OP_plus_uconst || code == DW_OP_neg || code == DW_OP_not || code == DW_OP_abs;
}

bool is_binary(std::uint8_t code) {
    return (code >= DW_OP_and && code <= DW_OP_xor && !is_unary(code)) || (code >= DW_OP_eq && code <= DW_OP_ne);
}

Evaluation shuffle(const Operation& operation, Stack& stack) {
    std::uint64_t unused = 0;
    bool done = false;
    switch (operation.code) {
        case DW_OP_nop: done = true; break;
        case DW_OP_dup: done = stack.pick(0); break;
        case DW_OP_over: done = stack.pick(1); break;
        case DW_OP_pick: done = stack.pick(operation.first); break;
        case DW_OP_drop: done = stack.pop(unused); break;
        case DW_OP_swap: done = stack.rotate(2); break;
        case DW_OP_rot: done = stack.rotate(3); break;
        default: break;
    }
    return done ? Evaluation::done : Evaluation::invalid;
}

Evaluation step(const Operation& operation, const Machine& machine, Stack& stack) {
    const std::uint8_t code = operation.code;
    std::optional<std::uint64_t> value;
    std::uint64_t left = 0, right = 0;
    if (code == DW_OP_deref || (code == DW_OP_deref_size && operation.first == 8)) {
        if (!stack.pop(left))
            return Evaluation::invalid;
        if (!machine.memory.read(left, right))
            return Evaluation::no_memory;
        value = right;
    } else if (is_unary(code)) {
        if (stack.pop(left))
            value = unary(code, operation.first, left);
    } else if (is_binary(code)) {
        if (stack.pop(right) && stack.pop(left))
            value = binary(code, left, right);
    } else {
        value = constant(operation, machine);
        if (!value)
            return shuffle(operation, stack);
    }
    return value && stack.push(*value) ? Evaluation::done : Evaluation::invalid;
}

// The index of the operation that a branch leads to; the number of operations for the end.
std::optional<std::size_t> target(const Expression& expression, const Operation& branch) {
    constexpr std::uint64_t branch_bytes = 3;
    const std::uint64_t offset =
        branch.offset + branch_bytes + static_cast<std::uint64_t>(static_cast<std::int16_t>(branch.first));
    const auto& operations = expression.operations;
    const auto found =
        std::lower_bound(operations.begin(), operations.end(), offset,
                         [](const Operation& operation, std::uint64_t place) { return operation.offset < place; });
    if (found == operations.end() ? operations.back().offset >= offset : found->offset != offset)
        return std::nullopt;
    return static_cast<std::size_t>(found - operations.begin());
}

}  // namespace

Evaluation evaluate(const Expression& expression, const Machine& machine, std::uint64_t& result) {
    Stack stack;
    std::size_t steps = 0, next = 0;
    while (next < expression.operations.size()) {
        if (++steps > max_steps)
            return Evaluation::invalid;
        const Operation& operation = expression.operations[next++];
        if (operation.code == DW_OP_bra || operation.code == DW_OP_skip) {
            std::uint64_t condition = 1;
            if (operation.code == DW_OP_bra && !stack.pop(condition))
                return Evaluation::invalid;
            const auto place = target(expression, operation);
            if (!place)
                return Evaluation::invalid;
            next = condition != 0 ? *place : next;
        } else if (const Evaluation outcome = step(operation, machine, stack); outcome != Evaluation::done) {
            return outcome;
        }
    }
    return stack.pop(result) ? Evaluation::done : Evaluation::invalid;
}

}  // namespace caprec
