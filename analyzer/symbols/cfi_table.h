// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "analyzer/symbols/cfi_row.h"
#include "analyzer/symbols/elf_file.h"
#include "analyzer/symbols/frame_section.h"
#include "analyzer/symbols/go_table.h"

namespace caprec {

// The call frame information of one file: .eh_frame, else .debug_frame, else what Go's run time has instead.
class CfiTable {
public:
    // Keeps references.  `debug`: the separate debug file, which may have a .debug_frame; may be null.
    CfiTable(const ElfFile& file, const ElfFile* debug);

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
    bool find_row(std::uint64_t address, std::size_t registers, CfiRow& row) const;
    bool find_row_of_go(std::uint64_t address, CfiRow& row) const;
    bool follows_syscall(std::uint64_t offset) const;
    bool ends_goroutine(std::uint64_t offset) const;

    const ElfFile& file_;
    GoTable go_table_;
    bool is_go_ = false;
    std::list<std::string> debug_frames_;
    std::vector<FrameSection> sections_;  // in the order to ask them
};

}  // namespace caprec
