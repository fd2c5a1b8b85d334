// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "analyzer/symbols/elf_file.h"
#include "analyzer/symbols/expression.h"

namespace caprec {

// Where the caller's value of a register is, as seen from an address of code, when it is not in the register still.
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

// How to get from a frame to its caller's, at one address of code.
struct CfiRow {
    static constexpr std::uint8_t by_expression = 0xff;  // as cfa_register

    bool signal = false;            // the caller was interrupted by a signal: its address is exact
    std::uint8_t cfa_register = 0;  // the CFA is this register plus cfa_operand; or what expressions[cfa_operand] says
    std::int32_t cfa_operand = 0;
    std::uint8_t return_register = 0;  // the column of the return address
    std::uint64_t undefined = 0;       // a bit for each register whose value is nowhere
    std::vector<RegisterRow> registers;
    std::vector<Expression> expressions;
};

// The call frame information of one file: .eh_frame, else .debug_frame.  libdw reads it.
class CfiTable {
public:
    // Keeps references.  `debug`: the separate debug file, which may have a .debug_frame; may be null.  `trusted`: a
    // file of this machine; of others only .eh_frame is read.
    CfiTable(const ElfFile& file, const ElfFile* debug, bool trusted);
    ~CfiTable();
    CfiTable(const CfiTable&) = delete;
    CfiTable& operator=(const CfiTable&) = delete;

    static bool is_of_go(const ElfFile& file);
    static constexpr std::size_t goroutine_end_bytes = 7;  // of the code that tells where a goroutine begins

    enum class Found : std::uint8_t {
        row,
        process_start,  // nobody called it: what the kernel starts a program at, or what a goroutine returns to
        nothing,
    };
    // The row for an address of code, given by its place in the file.  `registers`: how many are wanted.
    Found find(std::uint64_t offset, std::size_t registers, CfiRow& row);

private:
    struct Sources;
    bool follows_syscall(std::uint64_t offset) const;
    bool ends_goroutine(std::uint64_t offset) const;

    const ElfFile& file_;
    bool is_go_ = false;
    std::unique_ptr<Sources> sources_;
};

}  // namespace caprec
