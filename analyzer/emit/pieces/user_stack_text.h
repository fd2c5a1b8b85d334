// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include "analyzer/symbols/unwind/user_frame.h"

namespace caprec {

// One line, escaped: "main+0x3a2 (chown)  src/chown.c:312", "copy (inlined) (cp)  copy.c:99"; where the function is not
// known, "libssl.so.3+0x2f31" or "(inlined) (cp)  copy.c:99".
std::string user_frame_text(const UserFrame& frame);

// Writes a line for each frame, after `indent`, and in brackets why the stack ends there.  Writes nothing when there is
// neither.
void write_user_stack(const ResolvedStack& stack, const std::string& indent, std::ostream& out);
void append_user_stack(std::string& text, const ResolvedStack& stack, const std::string& indent);

// The place in the program that a person looks for: the innermost frame with a name outside of the code that makes
// system calls (analyzer/symbols/unwind/syscall_layer.h); without such names, the innermost frame outside of the C
// library.  Null: there is none.
const UserFrame* calling_frame(const ResolvedStack& stack);

}  // namespace caprec
