// SPDX-License-Identifier: Apache-2.0
//
// Bytes that come from the traced system (comm, argv, paths) are made fit for a terminal here.  The result is lossless:
// \n, \t, \r, \\ and \xNN stand for the bytes that were replaced; well-formed and visible UTF-8 stays.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

// Appends `bytes`, escaped; characters of `also` (ASCII) are escaped too.
void append_escaped(std::string& text, std::string_view bytes, std::string_view also = {});
std::string escape(std::string_view bytes);
bool is_plain_text(std::string_view bytes);  // escape() would change nothing: all is printable ASCII

// Puts the bytes in double quotes, for the middle of a sentence.
std::string quote(std::string_view bytes);

// Words that a POSIX shell reads back as the same arguments; with $'...' where bytes must be escaped (bash, zsh, ksh,
// and sh of POSIX 2024).
std::string shell_word(std::string_view bytes, bool is_command = false);
std::string shell_command(const std::vector<std::string>& arguments);

// Cuts escaped text to at most `columns` code points; "..." stands for the rest.
std::string shorten(std::string text, std::size_t columns);

// Breaks text at its spaces into lines of at most `width` columns where it can; every line but the first starts with
// `indent` spaces, which count.  `first` columns are taken on the first line already.
std::string wrapped(std::string_view text, std::size_t first, std::size_t indent, std::size_t width);

// How many columns escaped text takes: its code points (wide characters count as one).
std::size_t columns_of(std::string_view text);

// Pads with spaces to `width` columns; longer text is kept whole.
std::string left_aligned(std::string text, std::size_t width);
std::string right_aligned(std::string text, std::size_t width);

}  // namespace caprec
