// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include "analyzer/symbols/user_frame.h"

namespace caprec {

// One line, escaped: "main+0x3a2 (chown)  src/chown.c:312", "copy (inlined) (cp)  copy.c:99", "libssl.so.3+0x2f31"
// where the function is not known.
std::string user_frame_text(const UserFrame& frame);

// One line a frame, each behind `indent`, and what to know of its end, in brackets.  Nothing when there is nothing.
void write_user_stack(const ResolvedStack& stack, const std::string& indent, std::ostream& out);
void append_user_stack(std::string& text, const ResolvedStack& stack, const std::string& indent);

// The place in the program that a person looks for: the innermost frame with a name that is not the C library's or the
// loader's; without such names, the innermost of those.  Null when there is none.
const UserFrame* calling_frame(const ResolvedStack& stack);

}  // namespace caprec
