// SPDX-License-Identifier: Apache-2.0
//
// A user stack as a person reads it.  Names and paths are raw bytes of the traced system: every emitter escapes.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace caprec {

struct UserFrame {
    std::string function;               // demangled; empty: not known
    std::string file;                   // the source file, as the compiler was given it; empty: not known
    std::uint32_t line = 0;             // 0: not known
    std::string module;                 // the ELF file as recorded: "/usr/lib/.../libc.so.6", "[vdso]", "//anon"
    std::uint64_t offset = 0;           // place in that file (in the mapping, for "//anon") where it goes on, in bytes
    std::uint64_t function_offset = 0;  // bytes from the function's start; 0: not known, or inlined
    bool inlined = false;               // inlined into the next frame, which has the same offset
    friend auto operator<=>(const UserFrame&, const UserFrame&) = default;
};

struct ResolvedStack {
    std::vector<UserFrame> frames;  // innermost first
    std::string incomplete;         // why it ends before the thread's start: ours, one line; empty: it is whole
    friend auto operator<=>(const ResolvedStack&, const ResolvedStack&) = default;
};

inline std::size_t memory_of(const ResolvedStack& stack) {  // bytes, about
    std::size_t bytes = sizeof stack + stack.incomplete.size();
    for (const UserFrame& frame : stack.frames)
        bytes += sizeof frame + frame.function.size() + frame.file.size() + frame.module.size();
    return bytes;
}

}  // namespace caprec
