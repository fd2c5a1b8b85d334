// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/frame_interpreter.h"

#include <dwarf.h>
#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/symbols/elf/byte_reader.h"
#include "analyzer/symbols/unwind/expression_decoder.h"
#include "analyzer/symbols/unwind/registers.h"

namespace caprec {
namespace {

constexpr std::size_t max_saved_states = 64;
constexpr std::size_t max_program_bytes = 1U << 16;  // the longest of Debian's gcc has 20,051
constexpr std::uint8_t operand_mask = 0x3f;

struct Rule {
    enum class Kind : std::uint8_t { undefined, same, at_cfa, cfa_plus, of_register, expression, value_expression };
    Kind kind = Kind::undefined;
    std::int64_t operand = 0;
    std::string_view code = {};  // code of an expression
};

struct State {
    std::uint64_t cfa_register = ~std::uint64_t{0};
    std::int64_t cfa_offset = 0;
    std::string_view cfa_code;
    bool cfa_known = false, cfa_by_code = false;
    std::array<Rule, max_registers> rules;
};

// The rules that hold unless the program says otherwise: calls keep some registers, and the CFA is the caller's stack
// pointer.  x86-64: System V ABI, figure 3.4.  arm64: AAPCS64, section 6.1.1.
State convention(std::size_t registers) {
    constexpr std::uint64_t x86_64 = 1U << 3 | 1U << 6 | 0xfU << 12, arm64 = std::uint64_t{0xfff} << 19;
    const RegisterLayout* layout = register_layout(registers);
    const std::uint64_t kept = layout == nullptr ? 0 : layout->stack_pointer == 7 ? x86_64 : arm64;
    State state;
    for (std::size_t number = 0; number < max_registers; ++number)
        if ((kept >> number & 1) != 0)
            state.rules[number].kind = Rule::Kind::same;
    if (layout != nullptr)
        state.rules[layout->stack_pointer].kind = Rule::Kind::cfa_plus;
    return state;
}

std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }

class Interpreter {
public:
    Interpreter(const FrameProgram& program, std::uint64_t target, std::size_t registers)
        : program_(program), target_(target), location_(program.start), state_(convention(registers)) {}

    bool run() {
        if (!run(program_.initial, 0))
            return false;
        initial_ = state_;
        location_ = program_.start;
        done_ = false;
        return run(program_.function, program_.function_address);
    }
    const State& state() const { return state_; }

private:
    // `place` is the address of the instructions, as linked.
    bool run(std::string_view code, std::uint64_t place) {
        ByteReader reader(code);
        while (!reader.at_end() && !done_) {
            const auto instruction = reader.number<std::uint8_t>();
            if (!step(instruction, reader, place) || !reader.ok())
                return false;
        }
        return true;
    }

    void advance(std::uint64_t units) { move_to(location_ + units * program_.code_alignment); }
    void move_to(std::uint64_t location) {
        done_ = location > target_;
        location_ = location;
    }
    std::int64_t scaled(std::uint64_t value) const {
        return as_signed(value * static_cast<std::uint64_t>(program_.data_alignment));
    }
    void set(std::uint64_t number, const Rule& rule) {
        if (number < max_registers)
            state_.rules[number] = rule;
    }
    void restore(std::uint64_t number) {
        if (number < max_registers)
            state_.rules[number] = initial_.rules[number];
    }
    void define_cfa(std::uint64_t number, std::int64_t offset) {
        state_.cfa_register = number;
        state_.cfa_offset = offset;
        state_.cfa_known = true;
        state_.cfa_by_code = false;
    }

    bool step(std::uint8_t instruction, ByteReader& reader, std::uint64_t place) {
        const std::uint8_t operand = instruction & operand_mask;
        switch (instruction & ~operand_mask) {
            case DW_CFA_advance_loc: advance(operand); return true;
            case DW_CFA_offset: set(operand, {Rule::Kind::at_cfa, scaled(reader.unsigned_leb())}); return true;
            case DW_CFA_restore: restore(operand); return true;
            default: break;
        }
        return move(instruction, reader, place) || change_cfa(instruction, reader) ||
               change_register(instruction, reader) || keep(instruction, reader);
    }

    bool move(std::uint8_t instruction, ByteReader& reader, std::uint64_t place) {
        switch (instruction) {
            case DW_CFA_advance_loc1: advance(reader.number<std::uint8_t>()); return true;
            case DW_CFA_advance_loc2: advance(reader.number<std::uint16_t>()); return true;
            case DW_CFA_advance_loc4: advance(reader.number<std::uint32_t>()); return true;
            case DW_CFA_MIPS_advance_loc8: advance(reader.number<std::uint64_t>()); return true;
            case DW_CFA_set_loc: {
                const auto location = read_encoded(reader, program_.pointer_encoding, place);
                if (location)
                    move_to(*location);
                return location.has_value();
            }
            default: return false;
        }
    }

    bool change_cfa(std::uint8_t instruction, ByteReader& reader) {
        switch (instruction) {
            case DW_CFA_def_cfa: {
                const std::uint64_t number = reader.unsigned_leb();
                define_cfa(number, as_signed(reader.unsigned_leb()));
                return true;
            }
            case DW_CFA_def_cfa_sf: {
                const std::uint64_t number = reader.unsigned_leb();
                define_cfa(number, scaled(reader.signed_leb()));
                return true;
            }
            case DW_CFA_def_cfa_register: state_.cfa_register = reader.unsigned_leb(); return !state_.cfa_by_code;
            case DW_CFA_def_cfa_offset:
                state_.cfa_offset = as_signed(reader.unsigned_leb());
                return !state_.cfa_by_code;
            case DW_CFA_def_cfa_offset_sf: state_.cfa_offset = scaled(reader.signed_leb()); return !state_.cfa_by_code;
            case DW_CFA_def_cfa_expression:
                state_.cfa_code = reader.take(reader.unsigned_leb());
                state_.cfa_known = state_.cfa_by_code = true;
                return true;
            default: return false;
        }
    }

    bool change_register(std::uint8_t instruction, ByteReader& reader) {
        using Kind = Rule::Kind;
        if (instruction == DW_CFA_nop || instruction < DW_CFA_offset_extended)
            return false;
        const auto with = [&](Kind kind, auto operand) {
            const std::uint64_t number = reader.unsigned_leb();
            set(number, {kind, operand()});
            return true;
        };
        const auto with_code = [&](Kind kind) {
            const std::uint64_t number = reader.unsigned_leb();
            set(number, {kind, 0, reader.take(reader.unsigned_leb())});
            return true;
        };
        const auto nothing = [] { return std::int64_t{0}; };
        const auto number = [&] { return as_signed(reader.unsigned_leb()); };
        const auto distance = [&] { return scaled(reader.unsigned_leb()); };
        const auto signed_distance = [&] { return scaled(reader.signed_leb()); };
        const auto negative_distance = [&] { return scaled(0 - reader.unsigned_leb()); };
        switch (instruction) {
            case DW_CFA_offset_extended: return with(Kind::at_cfa, distance);
            case DW_CFA_offset_extended_sf: return with(Kind::at_cfa, signed_distance);
            case DW_CFA_GNU_negative_offset_extended: return with(Kind::at_cfa, negative_distance);
            case DW_CFA_val_offset: return with(Kind::cfa_plus, distance);
            case DW_CFA_val_offset_sf: return with(Kind::cfa_plus, signed_distance);
            case DW_CFA_register: return with(Kind::of_register, number);
            case DW_CFA_undefined: return with(Kind::undefined, nothing);
            case DW_CFA_same_value: return with(Kind::same, nothing);
            case DW_CFA_expression: return with_code(Kind::expression);
            case DW_CFA_val_expression: return with_code(Kind::value_expression);
            case DW_CFA_restore_extended: restore(reader.unsigned_leb()); return true;
            default: return false;
        }
    }

    bool keep(std::uint8_t instruction, ByteReader& reader) {
        switch (instruction) {
            case DW_CFA_nop:
            case DW_CFA_GNU_window_save: return true;  // arm64: the return address is signed from here on
            case DW_CFA_GNU_args_size: reader.unsigned_leb(); return true;
            case DW_CFA_remember_state:
                if (saved_.size() == max_saved_states)
                    return false;
                saved_.push_back(state_);
                return true;
            case DW_CFA_restore_state:
                if (saved_.empty())
                    return false;
                state_ = saved_.back();
                saved_.pop_back();
                return true;
            default: return false;
        }
    }

    const FrameProgram& program_;
    std::uint64_t target_, location_;
    bool done_ = false;
    State state_, initial_;
    std::vector<State> saved_;
};

std::optional<std::int32_t> as_operand(std::int64_t value) {
    if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max())
        return std::nullopt;
    return static_cast<std::int32_t>(value);
}

// Nothing when no frame has such an expression.
std::optional<std::int32_t> add_expression(std::string_view code, bool begins_with_cfa, bool is_value, CfiRow& row) {
    std::optional<Expression> expression = decode_expression(code);
    if (!expression)
        return std::nullopt;
    if (begins_with_cfa)
        expression->operations.insert(expression->operations.begin(), Operation{DW_OP_call_frame_cfa});
    expression->is_value = is_value;
    row.expressions.push_back(std::move(*expression));
    return static_cast<std::int32_t>(row.expressions.size() - 1);
}

bool fill_cfa(const State& state, CfiRow& row) {
    if (!state.cfa_known)
        return false;
    const auto operand =
        state.cfa_by_code ? add_expression(state.cfa_code, false, false, row) : as_operand(state.cfa_offset);
    if (!operand || (!state.cfa_by_code && state.cfa_register >= max_registers))
        return false;
    row.cfa_register = state.cfa_by_code ? CfiRow::by_expression : static_cast<std::uint8_t>(state.cfa_register);
    row.cfa_operand = *operand;
    return true;
}

void fill_register(std::uint8_t number, const Rule& rule, CfiRow& row) {
    std::optional<std::int32_t> operand = as_operand(rule.operand);
    RegisterRule how = RegisterRule::at_cfa;
    switch (rule.kind) {
        case Rule::Kind::same: return;
        case Rule::Kind::undefined: operand.reset(); break;
        case Rule::Kind::at_cfa: break;
        case Rule::Kind::cfa_plus: how = RegisterRule::cfa_plus; break;
        case Rule::Kind::of_register:
            how = RegisterRule::of_register;
            if (operand && (*operand < 0 || static_cast<std::size_t>(*operand) >= max_registers))
                operand.reset();
            break;
        case Rule::Kind::expression:
        case Rule::Kind::value_expression:
            how = RegisterRule::by_expression;
            operand = add_expression(rule.code, true, rule.kind == Rule::Kind::value_expression, row);
            break;
    }
    if (operand)
        row.registers.push_back({number, how, *operand});
    else
        row.undefined |= std::uint64_t{1} << number;
}

}  // namespace

bool run_frame_program(const FrameProgram& program, std::uint64_t address, std::size_t registers, CfiRow& row) {
    row = {};
    Interpreter interpreter(program, address, registers);
    if (program.return_register >= max_registers || program.function.size() > max_program_bytes ||
        program.initial.size() > max_program_bytes || !interpreter.run() || !fill_cfa(interpreter.state(), row))
        return false;
    row.signal = program.signal;
    row.return_register = static_cast<std::uint8_t>(program.return_register);
    for (std::size_t number = 0; number < std::min(registers, max_registers); ++number)
        fill_register(static_cast<std::uint8_t>(number), interpreter.state().rules[number], row);
    return true;
}

}  // namespace caprec
