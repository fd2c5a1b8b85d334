// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <vector>

#include "analyzer/symbols/elf/elf_file.h"
#include "analyzer/symbols/elf/go_table.h"
#include "analyzer/symbols/unwind/cfi_row.h"
#include "analyzer/symbols/unwind/frame_section.h"

namespace caprec {

// The call frame information of one file: .eh_frame, .debug_frame, or the table that Go's run time has instead.
class CfiTable {
public:
    // Keeps references.  `debug` is the separate debug file, which may have a .debug_frame; it may be null.
    CfiTable(const ElfFile& file, const ElfFile* debug);

    static constexpr std::size_t goroutine_end_bytes = 7;  // length of the code that shows where a goroutine begins

    enum class Found : std::uint8_t {
        row,
        process_start,  // nobody called it: the kernel starts a program there, or a goroutine returns to it
        other_stack,    // the previous frame is on another stack
        nothing,
    };
    // The row for an address of code, given by its place in the file.  `registers` is the number of registers wanted.
    Found find(std::uint64_t offset, std::size_t registers, CfiRow& row);

    // Whether a call may return to this place of the file, where its code can tell (x86-64).
    bool may_be_returned_to(std::uint64_t offset) const;

    std::size_t memory() const;  // bytes, about

    // Adds the parts of the file that find() reads for these places, except the tables for debuggers, and those that
    // may_be_returned_to() reads for the places just after them.
    void add_ranges(std::span<const std::uint64_t> offsets, std::vector<ByteRange>& ranges) const;

private:
    bool find_row(std::uint64_t address, std::size_t registers, CfiRow& row) const;
    bool find_row_of_go(std::uint64_t address, CfiRow& row) const;
    bool follows_syscall(std::uint64_t offset) const;
    bool ends_goroutine(std::uint64_t offset) const;
    std::size_t call_before(std::uint64_t offset) const;  // its length in bytes; 0: there is none

    const ElfFile& file_;
    GoTable go_table_;
    bool is_go_ = false;
    ByteRange eh_frame_;
    std::list<std::string> debug_frames_;
    std::vector<FrameSection> sections_;  // in the order to ask them
};

}  // namespace caprec
