// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/unwinder.h"

#include <algorithm>
#include <optional>

namespace caprec {

void Unwinder::unwind(const UserStack& stack, UnwoundStack& into) {
    into.frames.clear();
    into.end = UnwindEnd::nothing_recorded;
    into.frame_may_be_missing = false;
    if (stack.kind == UserStackKind::snapshot && load(stack))
        walk(stack, into);
}

bool Unwinder::load(const UserStack& stack) {
    state_ = {};
    state_.layout = register_layout(stack.registers.size());
    if (state_.layout == nullptr)
        return false;
    for (std::size_t number = 0; number < stack.registers.size(); ++number) {
        const std::optional<UserPointer> pointer = decode_pointer(stack.registers[number]);
        state_.registers.set(number, pointer ? Snapshot::address_of(*pointer) : 0);
    }
    state_.pc = state_.registers[state_.layout->pc];
    if (!Snapshot::module_of(state_.pc))
        return false;
    snapshot_.load(stack);
    return true;
}

void Unwinder::walk(const UserStack& stack, UnwoundStack& into) {
    for (;;) {
        const ModuleId module = Snapshot::module_of(state_.pc);
        if (!module) {
            into.end = UnwindEnd::no_code;
            return;
        }
        if (into.frames.size() == max_frames) {
            into.end = UnwindEnd::too_deep;
            return;
        }
        into.frames.push_back({module, Snapshot::offset_of(state_.pc), state_.exact});
        const KnownRow& known = row_at(state_.pc - (state_.exact ? 0 : 1), stack.registers.size());
        if (known.found == CfiTable::Found::process_start) {
            into.end = UnwindEnd::thread_start;
            return;
        }
        if (known.found == CfiTable::Found::other_stack) {
            into.end = UnwindEnd::outside;
            return;
        }
        const bool has_row = known.found == CfiTable::Found::row;
        into.frame_may_be_missing = into.frame_may_be_missing || (!has_row && into.frames.size() == 1);
        if (!(has_row ? step_by_row(known.row, into.end) : step_by_frame_pointer(into.end)))
            return;
    }
}

const Unwinder::KnownRow& Unwinder::row_at(std::uint64_t address, std::size_t registers) {
    RecentRow& recent = recent_[mix_bits(address) % recent_.size()];
    if (recent.address == address && recent.row != nullptr)
        return *recent.row;
    if (const auto known = rows_.find(address); known != rows_.end()) {
        recent = {address, &known->second};
        return known->second;
    }
    if (row_bytes_ >= max_row_bytes) {
        rows_.clear();
        row_bytes_ = 0;
        std::fill(recent_.begin(), recent_.end(), RecentRow());
    }
    KnownRow& row = rows_[address];
    if (CfiTable* table = table_of_(Snapshot::module_of(address)); table != nullptr)
        row.found = table->find(Snapshot::offset_of(address), registers, row.row);
    row_bytes_ += sizeof row + memory_of(row.row);
    recent = {address, &row};
    return row;
}

Evaluation Unwinder::cfa_of(const CfiRow& row, std::uint64_t& cfa) const {
    if (row.cfa_register == CfiRow::by_expression)
        return evaluate(row.expressions[static_cast<std::size_t>(row.cfa_operand)],
                        {state_.registers, snapshot_, std::nullopt}, cfa);
    if (!state_.registers.has(row.cfa_register))
        return Evaluation::invalid;
    cfa = state_.registers[row.cfa_register] + static_cast<std::uint64_t>(std::int64_t{row.cfa_operand});
    return Evaluation::done;
}

Evaluation Unwinder::previous_value(const CfiRow& row, const RegisterRow& rule, std::uint64_t cfa,
                                    std::uint64_t& value) const {
    const auto operand = static_cast<std::uint64_t>(std::int64_t{rule.operand});
    switch (rule.rule) {
        case RegisterRule::at_cfa:
            return snapshot_.read(cfa + operand, value) ? Evaluation::done : Evaluation::no_memory;
        case RegisterRule::cfa_plus: value = cfa + operand; return Evaluation::done;
        case RegisterRule::of_register:
            if (!state_.registers.has(operand))
                return Evaluation::invalid;
            value = state_.registers[operand];
            return Evaluation::done;
        case RegisterRule::by_expression: {
            const Expression& expression = row.expressions[operand];
            const Evaluation outcome = evaluate(expression, {state_.registers, snapshot_, cfa}, value);
            if (outcome != Evaluation::done || expression.is_value)
                return outcome;
            return snapshot_.read(value, value) ? Evaluation::done : Evaluation::no_memory;
        }
    }
    return Evaluation::invalid;
}

bool Unwinder::step_by_row(const CfiRow& row, UnwindEnd& end) {
    const auto [count, stack_pointer, frame_pointer, pc] = *state_.layout;
    if ((row.undefined >> row.return_register & 1) != 0) {
        end = UnwindEnd::thread_start;
        return false;
    }
    std::uint64_t cfa = 0;
    if (const Evaluation outcome = cfa_of(row, cfa); outcome != Evaluation::done) {
        end = outcome == Evaluation::no_memory ? UnwindEnd::outside : UnwindEnd::contradiction;
        return false;
    }
    Evaluation of_return_address = Evaluation::done;
    previous_.clear();  // none may be seen before all are computed
    for (const RegisterRow& rule : row.registers) {
        PreviousValue previous{rule.number, false, 0};
        const Evaluation outcome = previous_value(row, rule, cfa, previous.value);
        previous.known = outcome == Evaluation::done;
        previous_.push_back(previous);
        if (rule.number == row.return_register)
            of_return_address = outcome;
    }
    if (of_return_address != Evaluation::done) {
        end = of_return_address == Evaluation::no_memory ? UnwindEnd::outside : UnwindEnd::contradiction;
        return false;
    }
    const std::uint64_t before = state_.registers[stack_pointer];
    const bool ascends = take_previous(row, cfa, before);
    state_.pc = state_.registers[row.return_register];
    state_.registers.set(pc, state_.pc);
    state_.exact = row.signal;
    // Only a signal's frame may lead to another stack.
    if (!ascends && !row.signal)
        end = UnwindEnd::contradiction;
    return ascends || row.signal;
}

// Returns whether the stack pointer went up.  The innermost or an interrupted function may have pushed nothing.
bool Unwinder::take_previous(const CfiRow& row, std::uint64_t cfa, std::uint64_t before) {
    RegisterSet& registers = state_.registers;
    const std::uint8_t stack_pointer = state_.layout->stack_pointer;
    registers.forget(row.undefined);
    registers.set(stack_pointer, cfa);  // unless a rule says otherwise
    for (const PreviousValue& previous : previous_)
        if (previous.known)
            registers.set(previous.number, previous.value);
        else
            registers.forget(std::uint64_t{1} << previous.number);
    return registers.has(stack_pointer) &&
           (registers[stack_pointer] > before || (state_.exact && registers[stack_pointer] == before));
}

bool Unwinder::step_by_frame_pointer(UnwindEnd& end) {
    const auto [count, stack_pointer, frame_pointer, pc] = *state_.layout;
    end = UnwindEnd::no_information;
    if (!state_.registers.has(frame_pointer) || !state_.registers.has(stack_pointer))
        return false;
    const std::uint64_t frame = state_.registers[frame_pointer];
    std::uint64_t previous_frame = 0, return_address = 0;
    if (frame < state_.registers[stack_pointer] || !snapshot_.read(frame, previous_frame) ||
        !snapshot_.read(frame + 8, return_address) || !Snapshot::module_of(return_address))
        return false;
    const CfiTable* previous = table_of_(Snapshot::module_of(return_address));
    if (previous != nullptr && !previous->may_be_returned_to(Snapshot::offset_of(return_address)))
        return false;  // the register holds something else
    state_.pc = return_address;
    state_.exact = false;
    state_.registers.set(frame_pointer, previous_frame);
    state_.registers.set(stack_pointer, frame + 16);
    state_.registers.set(pc, return_address);
    return true;
}

}  // namespace caprec
