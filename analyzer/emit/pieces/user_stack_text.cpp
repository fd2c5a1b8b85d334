// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/user_stack_text.h"

#include <string_view>

#include "analyzer/symbols/unwind/syscall_layer.h"
#include "schema/hex.h"
#include "schema/last_part.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t function_columns = 160, file_columns = 120;

// A name that stands for no file is shown whole: "//anon".
std::string_view short_name(std::string_view module) { return module.starts_with("//") ? module : last_part(module); }

}  // namespace

std::string user_frame_text(const UserFrame& frame) {
    const std::string module = escape(short_name(frame.module));
    if (frame.function.empty() && !frame.inlined)
        return (module.empty() ? "?" : module) + "+" + hex_of(frame.offset);
    std::string text = shorten(escape(frame.function), function_columns);
    if (frame.inlined)
        text += frame.function.empty() ? "(inlined)" : " (inlined)";
    else if (frame.function_offset != 0)  // 0 is not known: a call or a syscall comes before
        text += "+" + hex_of(frame.function_offset);
    text += " (" + module + ")";
    if (!frame.file.empty())
        text += "  " + shorten(escape(frame.file), file_columns) +
                (frame.line != 0 ? ":" + std::to_string(frame.line) : "");
    return text;
}

void append_user_stack(std::string& text, const ResolvedStack& stack, const std::string& indent) {
    for (const UserFrame& frame : stack.frames)
        text += indent + user_frame_text(frame) + '\n';
    if (!stack.incomplete.empty())
        text += indent + (stack.frames.empty() ? "[no user stack: " : "[not further: ") + stack.incomplete + "]\n";
}

void write_user_stack(const ResolvedStack& stack, const std::string& indent, std::ostream& out) {
    std::string text;
    append_user_stack(text, stack, indent);
    out << text;
}

const UserFrame* calling_frame(const ResolvedStack& stack) {
    const UserFrame* first = nullptr;
    for (const UserFrame& frame : stack.frames) {
        if (is_c_library(frame.module))
            continue;
        if (!frame.function.empty() && !is_syscall_package(frame.function))
            return &frame;
        first = first != nullptr ? first : &frame;
    }
    return first;
}

}  // namespace caprec
