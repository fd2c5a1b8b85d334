// SPDX-License-Identifier: Apache-2.0
//
// The format of Brendan Gregg's FlameGraph scripts: frames with semicolons between them, outermost first.
#pragma once

#include <string>

#include "analyzer/export/stack_frame.h"

namespace caprec {

// Behind what is there already.  Escaped, semicolons too.
void append_folded(std::string& line, const StackFrame& frame);

}  // namespace caprec
