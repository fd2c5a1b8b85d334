// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/expression_decoder.h"

#include <dwarf.h>

#include "analyzer/symbols/elf/byte_reader.h"

namespace caprec {
namespace {

constexpr std::size_t max_operations = 64;

// False when it is not an operation that frames have.
bool read_operands(ByteReader& reader, Operation& operation) {
    const std::uint8_t code = operation.code;
    if (code >= DW_OP_breg0 && code <= DW_OP_breg31) {
        operation.first = reader.signed_leb();
        return true;
    }
    switch (code) {
        case DW_OP_const1u:
        case DW_OP_pick:
        case DW_OP_deref_size: operation.first = reader.number<std::uint8_t>(); return true;
        case DW_OP_const1s: operation.first = reader.sign_extended<std::int8_t>(); return true;
        case DW_OP_const2u: operation.first = reader.number<std::uint16_t>(); return true;
        case DW_OP_const2s:
        case DW_OP_bra:
        case DW_OP_skip: operation.first = reader.sign_extended<std::int16_t>(); return true;
        case DW_OP_const4u: operation.first = reader.number<std::uint32_t>(); return true;
        case DW_OP_const4s: operation.first = reader.sign_extended<std::int32_t>(); return true;
        case DW_OP_const8u:
        case DW_OP_const8s: operation.first = reader.number<std::uint64_t>(); return true;
        case DW_OP_constu:
        case DW_OP_plus_uconst: operation.first = reader.unsigned_leb(); return true;
        case DW_OP_consts: operation.first = reader.signed_leb(); return true;
        case DW_OP_bregx:
            operation.first = reader.unsigned_leb();
            operation.second = reader.signed_leb();
            return true;
        default: break;
    }
    const bool without = code == DW_OP_deref || code == DW_OP_nop || code == DW_OP_call_frame_cfa ||
                         (code >= DW_OP_dup && code <= DW_OP_ne) || (code >= DW_OP_lit0 && code <= DW_OP_lit31);
    return without;
}

}  // namespace

std::optional<Expression> decode_expression(std::string_view code) {
    ByteReader reader(code);
    Expression expression;
    while (!reader.at_end()) {
        Operation operation;
        operation.offset = reader.position();
        operation.code = reader.number<std::uint8_t>();
        if (!read_operands(reader, operation) || !reader.ok() || expression.operations.size() == max_operations)
            return std::nullopt;
        expression.operations.push_back(operation);
    }
    if (expression.operations.empty())
        return std::nullopt;
    return expression;
}

}  // namespace caprec
