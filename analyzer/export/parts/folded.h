// SPDX-License-Identifier: Apache-2.0
//
// The format of Brendan Gregg's FlameGraph scripts: frames with semicolons between them, outermost first.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/emit/pieces/folded_stacks.h"
#include "analyzer/export/parts/samples.h"
#include "analyzer/export/parts/stack_frame.h"

namespace caprec {

// Appends the frame to the line; escaped, semicolons too.
void append_folded(std::string& line, const StackFrame& frame);

enum class CapabilityFrame : std::uint8_t { root, leaf };

FoldedStacks folded_stacks(const Samples& samples, CapabilityFrame capability);

}  // namespace caprec
