// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace caprec {

enum class FrameKind : std::uint8_t {
    program,       // the root of every stack: the last part of the program's path
    user,          // a function of the program
    kernel,        // a function of the kernel
    not_recorded,  // stands for a stack that is not known
};

// One step on the way to a check, as profilers show it.  Strings are raw bytes of the traced system.
struct StackFrame {
    std::string name;        // "setattr_prepare", "main", "libc.so.6+0x1a2b" where the function is not known
    std::string file;        // the source file; empty: not known
    std::uint32_t line = 0;  // in that file; 0: not known
    FrameKind kind = FrameKind::kernel;
    std::string module;        // user: the mapped file as recorded; kernel: a loadable module; empty: the kernel itself
    std::uint64_t offset = 0;  // bytes in the module; user frames only
    bool inlined = false;      // inlined into the next outer frame, which has the same offset

    friend auto operator<=>(const StackFrame&, const StackFrame&) = default;
};

// The name of the root frame: the last part of the path, the comm of a process that never ran exec, or "?".
std::string program_name(std::string_view image, std::string_view comm);

// Where the function is: "[nf_tables]", "[kernel]", "/usr/bin/chown"; empty where that makes no sense.
std::string place_text(const StackFrame& frame);

}  // namespace caprec
