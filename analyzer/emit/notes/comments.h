// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

// One paragraph of a comment.  Its text is escaped: see escape.h.
struct Note {
    std::string text;
    std::size_t indent = 0;
};

enum class CommentStyle : std::uint8_t { hash, c };

// Writes paragraphs as comments of the language.  Whatever they hold, they stay comments.
void write_comments(const std::vector<Note>& notes, CommentStyle style, std::ostream& out);

// Turns lines of a language with # comments into comments.
std::string commented_out(std::string_view lines);

}  // namespace caprec
