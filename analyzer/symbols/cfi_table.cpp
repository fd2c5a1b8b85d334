// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/cfi_table.h"

#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdw.h>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace caprec {
namespace {

// _start and what follows it there, in files that have no call frame information for it: the dynamic linker, musl, Go.
constexpr std::uint64_t process_start_bytes = 256;
constexpr std::size_t max_operations = 256;
constexpr std::size_t syscall_bytes = 2;  // of x86-64's instruction

using Operations = std::span<const Dwarf_Op>;

std::optional<std::int32_t> as_operand(std::uint64_t value) {
    const auto number = static_cast<std::int64_t>(value);
    if (number < std::numeric_limits<std::int32_t>::min() || number > std::numeric_limits<std::int32_t>::max())
        return std::nullopt;
    return static_cast<std::int32_t>(number);
}

std::int32_t add_expression(Operations operations, CfiRow& row) {
    Expression expression;
    for (const Dwarf_Op& operation : operations) {
        if (operation.atom == DW_OP_stack_value && &operation == &operations.back()) {
            expression.is_value = true;
        } else {
            expression.operations.push_back({operation.atom, operation.number, operation.number2, operation.offset});
        }
    }
    row.expressions.push_back(std::move(expression));
    return static_cast<std::int32_t>(row.expressions.size() - 1);
}

bool compile_cfa(Dwarf_Frame* frame, CfiRow& row) {
    Dwarf_Op* first = nullptr;
    std::size_t count = 0;
    if (::dwarf_frame_cfa(frame, &first, &count) != 0 || count == 0 || count > max_operations)
        return false;
    const bool is_bregx = first->atom == DW_OP_bregx;
    const bool is_register = is_bregx || (first->atom >= DW_OP_breg0 && first->atom <= DW_OP_breg31);
    if (count == 1 && is_register) {
        const std::uint64_t number = is_bregx ? first->number : first->atom - DW_OP_breg0;
        const auto operand = as_operand(is_bregx ? first->number2 : first->number);
        if (operand && number < max_registers) {
            row.cfa_register = static_cast<std::uint8_t>(number);
            row.cfa_operand = *operand;
            return true;
        }
    }
    row.cfa_register = CfiRow::by_expression;
    row.cfa_operand = add_expression({first, count}, row);
    return true;
}

// libdw gives "N bytes from the CFA" as an expression; nothing when these operations are another one.
std::optional<RegisterRow> relative_to_cfa(Operations operations) {
    const bool is_value = operations.back().atom == DW_OP_stack_value;
    const Operations place = is_value ? operations.first(operations.size() - 1) : operations;
    if (place.empty() || place.size() > 2 || place[0].atom != DW_OP_call_frame_cfa ||
        (place.size() == 2 && place[1].atom != DW_OP_plus_uconst))
        return std::nullopt;
    const auto operand = as_operand(place.size() == 2 ? place[1].number : 0);
    if (!operand)
        return std::nullopt;
    return RegisterRow{0, is_value ? RegisterRule::cfa_plus : RegisterRule::at_cfa, *operand};
}

RegisterRow compile_rule(Operations operations, CfiRow& row) {
    const Dwarf_Op& only = operations.front();
    if (operations.size() == 1 && only.atom >= DW_OP_reg0 && only.atom <= DW_OP_reg31)
        return {0, RegisterRule::of_register, only.atom - DW_OP_reg0};
    if (operations.size() == 1 && only.atom == DW_OP_regx && only.number < max_registers)
        return {0, RegisterRule::of_register, static_cast<std::int32_t>(only.number)};
    if (const auto relative = relative_to_cfa(operations))
        return *relative;
    return {0, RegisterRule::by_expression, add_expression(operations, row)};
}

void compile_register(Dwarf_Frame* frame, std::uint8_t number, CfiRow& row) {
    Dwarf_Op memory[3];
    Dwarf_Op* first = nullptr;
    std::size_t count = 0;
    const bool failed = ::dwarf_frame_register(frame, number, memory, &first, &count) != 0 || count > max_operations;
    if (!failed && count == 0 && first == nullptr)
        return;  // same
    if (failed || count == 0) {
        row.undefined |= std::uint64_t{1} << number;
        return;
    }
    RegisterRow compiled = compile_rule({first, count}, row);
    compiled.number = number;
    row.registers.push_back(compiled);
}

bool compile(Dwarf_Frame* frame, std::size_t registers, CfiRow& row) {
    row = {};
    const int column = ::dwarf_frame_info(frame, nullptr, nullptr, &row.signal);
    if (column < 0 || static_cast<std::size_t>(column) >= max_registers || !compile_cfa(frame, row))
        return false;
    row.return_register = static_cast<std::uint8_t>(column);
    for (std::size_t number = 0; number < registers; ++number)
        compile_register(frame, static_cast<std::uint8_t>(number), row);
    return true;
}

}  // namespace

struct CfiTable::Sources {
    Dwarf_CFI* eh_frame = nullptr;
    std::vector<Dwarf*> dwarfs;
    std::vector<Dwarf_CFI*> tables;  // in the order to ask them

    void add_debug_frame(const ElfFile& file) {
        Dwarf* dwarf = ::dwarf_begin_elf(file.handle(), DWARF_C_READ, nullptr);
        if (dwarf == nullptr)
            return;
        dwarfs.push_back(dwarf);
        if (Dwarf_CFI* table = ::dwarf_getcfi(dwarf); table != nullptr)
            tables.push_back(table);  // the Dwarf's own
    }
    bool find(std::uint64_t address, std::size_t registers, CfiRow& row) const {
        for (Dwarf_CFI* table : tables) {
            Dwarf_Frame* frame = nullptr;
            if (::dwarf_cfi_addrframe(table, address, &frame) != 0)
                continue;
            const bool compiled = compile(frame, registers, row);
            std::free(frame);
            if (compiled)
                return true;
        }
        return false;
    }
    ~Sources() {
        if (eh_frame != nullptr)
            ::dwarf_cfi_end(eh_frame);
        for (Dwarf* dwarf : dwarfs)
            ::dwarf_end(dwarf);
    }
};

CfiTable::CfiTable(const ElfFile& file, const ElfFile* debug, bool trusted)
    : file_(file), is_go_(is_of_go(file)), sources_(std::make_unique<Sources>()) {
    sources_->eh_frame = ::dwarf_getcfi_elf(file.handle());
    if (sources_->eh_frame != nullptr)
        sources_->tables.push_back(sources_->eh_frame);
    const auto has = [](const ElfFile& each) {
        return each.section(".debug_frame") != nullptr || each.section(".zdebug_frame") != nullptr;
    };
    if (trusted && has(file))
        sources_->add_debug_frame(file);
    if (debug != nullptr && has(*debug))
        sources_->add_debug_frame(*debug);
}

CfiTable::~CfiTable() = default;

bool CfiTable::is_of_go(const ElfFile& file) { return file.section(".note.go.buildid") != nullptr; }

// glibc's clone ends its description before the instruction that makes the call, as it is wrong in the child; in the
// caller, where the stack is taken, it still holds.  A file that came with a trace may lack its code.
bool CfiTable::follows_syscall(std::uint64_t offset) const {
    const std::string_view code = offset < syscall_bytes ? "" : file_.bytes_at(offset - syscall_bytes, syscall_bytes);
    return file_.machine() == EM_X86_64 && (code == "\x0f\x05" || code == std::string_view("\0\0", 2));
}

// A goroutine's first function returns into runtime.goexit, behind its first instruction: a no-op, then a call, then
// a no-op (runtime/asm_amd64.s).  What Go says of it is that somebody called it.
bool CfiTable::ends_goroutine(std::uint64_t offset) const {
    const bool may_be = is_go_ && file_.machine() == EM_X86_64;
    const std::string_view code = may_be ? file_.bytes_at(offset, goroutine_end_bytes) : "";
    return code.size() == goroutine_end_bytes && code.starts_with("\x90\xe8") && code.ends_with('\x90');
}

CfiTable::Found CfiTable::find(std::uint64_t offset, std::size_t registers, CfiRow& row) {
    const std::optional<std::uint64_t> address = file_.address_of(offset);
    if (!address)
        return Found::nothing;
    if (ends_goroutine(offset))
        return Found::process_start;
    if (sources_->find(*address, registers, row) ||
        (follows_syscall(offset) && sources_->find(*address - syscall_bytes - 1, registers, row)))
        return Found::row;
    const bool starts = *address >= file_.entry() && *address - file_.entry() < process_start_bytes;
    CfiRow unused;
    return starts && !sources_->find(file_.entry(), registers, unused) ? Found::process_start : Found::nothing;
}

}  // namespace caprec
