// SPDX-License-Identifier: Apache-2.0
#include "schema/words/escape.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "schema/words/eight_bytes.h"
#include "schema/words/utf8.h"

namespace caprec {
namespace {

void append_hex(std::string& text, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += "\\x";
    text += digits[byte >> 4];
    text += digits[byte & 15];
}

void append_escape_of(std::string& text, char byte) {
    switch (byte) {
        case '\n': text += "\\n"; break;
        case '\t': text += "\\t"; break;
        case '\r': text += "\\r"; break;
        case '\\': text += "\\\\"; break;
        default: append_hex(text, static_cast<unsigned char>(byte));
    }
}

bool plain(char byte) { return byte >= ' ' && byte <= '~' && byte != '\\'; }

// plain() for eight bytes at once: none has its high bit set, is below ' ', is DEL or a backslash.
bool all_plain(std::uint64_t word) {
    using namespace eight_bytes;
    return ((word & high_bits) | ((word - ones * ' ') & ~word & high_bits) | zeros(word ^ ones * 0x7f) |
            zeros(word ^ ones * '\\')) == 0;
}

// How many bytes at the beginning are plain().  Nearly all text is plain as a whole.
std::size_t plain_run(std::string_view bytes) {
    std::size_t run = 0;
    for (std::uint64_t word; bytes.size() - run >= sizeof word; run += sizeof word) {
        std::memcpy(&word, bytes.data() + run, sizeof word);
        if (!all_plain(word))
            break;
    }
    while (run < bytes.size() && plain(bytes[run]))
        ++run;
    return run;
}

bool needs_escape(std::string_view bytes) {
    while (!bytes.empty()) {
        const CodePoint point = first_code_point(bytes);
        if (!point.valid || is_unsafe(point.value))
            return true;
        bytes.remove_prefix(point.bytes);
    }
    return false;
}

bool shell_safe(char byte, bool is_command) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    return letter || std::string_view("_@%+:,./-").find(byte) != std::string_view::npos ||
           (byte == '=' && !is_command);  // NAME=value at the front would be an assignment
}

}  // namespace

void append_escaped(std::string& text, std::string_view bytes, std::string_view also) {
    while (!bytes.empty()) {
        std::size_t run = plain_run(bytes);
        if (!also.empty())
            run = std::min(run, bytes.substr(0, run).find_first_of(also));
        text += bytes.substr(0, run);
        bytes.remove_prefix(run);
        if (bytes.empty())
            return;
        const CodePoint point = first_code_point(bytes);
        const bool unwanted = point.bytes == 1 && (bytes[0] == '\\' || also.find(bytes[0]) != std::string_view::npos);
        for (const char byte : bytes.substr(0, point.bytes))
            if (!point.valid || is_unsafe(point.value) || unwanted)
                append_escape_of(text, byte);
            else
                text += byte;
        bytes.remove_prefix(point.bytes);
    }
}

bool is_plain_text(std::string_view bytes) { return plain_run(bytes) == bytes.size(); }

std::string escape(std::string_view bytes) {
    std::string text;
    append_escaped(text, bytes);
    return text;
}

std::string quote(std::string_view bytes) {
    std::string text = "\"";
    append_escaped(text, bytes, "\"");
    return text += '"';
}

std::string shell_word(std::string_view bytes, bool is_command) {
    const auto safe = [&](char byte) { return shell_safe(byte, is_command); };
    if (!bytes.empty() && std::all_of(bytes.begin(), bytes.end(), safe))
        return std::string(bytes);
    std::string word;
    if (needs_escape(bytes)) {
        word = "$'";
        append_escaped(word, bytes, "'");
        return word += '\'';
    }
    word = "'";
    for (const char byte : bytes)
        if (byte == '\'')
            word += "'\\''";
        else
            word += byte;
    return word += '\'';
}

std::string shell_command(const std::vector<std::string>& arguments) {
    std::string line;
    for (const std::string& argument : arguments) {
        const bool first = line.empty();
        if (!first)
            line += ' ';
        line += shell_word(argument, first);
    }
    return line;
}

std::string shorten(std::string text, std::size_t columns) {
    constexpr std::string_view ellipsis = "...";
    if (columns_of(text) <= columns)
        return text;
    const std::size_t kept = columns > ellipsis.size() ? columns - ellipsis.size() : 0;
    std::size_t at = 0;
    for (std::size_t column = 0; column < kept && at < text.size(); ++column)
        at += first_code_point(std::string_view(text).substr(at)).bytes;
    text.resize(at);
    return text += ellipsis;
}

std::string wrapped(std::string_view text, std::size_t first, std::size_t indent, std::size_t width) {
    std::string result;
    std::size_t column = first;
    bool line_is_empty = true;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        const std::size_t columns = columns_of(word);
        if (!line_is_empty && column + 1 + columns > width) {
            result += '\n';
            result.append(indent, ' ');
            column = indent;
        } else if (!line_is_empty) {
            result += ' ';
            ++column;
        }
        result += word;
        column += columns;
        line_is_empty = false;
        text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return result;
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string left_aligned(std::string text, std::size_t width) {
    const std::size_t columns = columns_of(text);
    return columns < width ? text.append(width - columns, ' ') : text;
}

std::string right_aligned(std::string text, std::size_t width) {
    const std::size_t columns = columns_of(text);
    return columns < width ? text.insert(0, width - columns, ' ') : text;
}

}  // namespace caprec
