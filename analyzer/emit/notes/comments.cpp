// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/comments.h"

#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t width = 100;

// Escaped text holds no line break; this holds even for text that somebody forgot to escape.
std::string one_line(std::string text) {
    for (char& byte : text)
        byte = static_cast<unsigned char>(byte) < ' ' ? ' ' : byte;
    return text;
}

// Text with neither the end of a comment nor, as compilers warn about it, the start of one.
std::string inside_c_comment(std::string_view text) {
    std::string safe;
    for (const char byte : text) {
        if (!safe.empty() && ((safe.back() == '*' && byte == '/') || (safe.back() == '/' && byte == '*')))
            safe += ' ';
        safe += byte;
    }
    return safe;
}

std::string prefixed(std::string_view lines, std::string_view prefix) {
    std::string text;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        text.append(prefix).append(line).push_back('\n');
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    }
    return text;
}

}  // namespace

void write_comments(const std::vector<Note>& notes, CommentStyle style, std::ostream& out) {
    if (style == CommentStyle::c)
        out << "/*\n";
    for (const Note& note : notes) {
        const std::size_t hanging = note.indent + 2;
        std::string text = std::string(note.indent, ' ') + wrapped(one_line(note.text), note.indent, hanging, width);
        // It is "# " and never "#" alone before text, as AppArmor takes #include for an include.
        out << (style == CommentStyle::hash ? prefixed(text, "# ") : prefixed(inside_c_comment(text), " * "));
    }
    if (style == CommentStyle::c)
        out << " */\n";
}

std::string commented_out(std::string_view lines) { return prefixed(lines, "# "); }

}  // namespace caprec
