// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "analyzer/symbols/unwind/cfi_row.h"
#include "analyzer/symbols/unwind/frame_section.h"

namespace caprec {

// The row for an address inside of the program's function.  `registers` is the number that an architecture has, as in
// register_layout().  False when it is damaged, or says nothing about the CFA.  Time and memory are bounded by the
// program's length: registers that no architecture has are skipped.
bool run_frame_program(const FrameProgram& program, std::uint64_t address, std::size_t registers, CfiRow& row);

}  // namespace caprec
