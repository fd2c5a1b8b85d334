// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace caprec {

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 1;
    bool valid = false;  // false: one byte that is not part of well-formed UTF-8
};

// The first code point of `bytes`, which must not be empty.  Overlong forms, surrogates and numbers above
// U+10FFFF are not valid.
CodePoint first_code_point(std::string_view bytes);

bool is_utf8(std::string_view bytes);

// Each byte that is not part of well-formed UTF-8 becomes U+FFFD.
std::string to_utf8(std::string_view bytes);

// True for code points that a terminal must not be handed by a stranger: controls, bidirectional overrides,
// invisible format characters, separators that break lines, and noncharacters.
bool is_unsafe(char32_t value);

}  // namespace caprec
