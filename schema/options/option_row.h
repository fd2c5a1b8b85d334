// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace caprec {

enum class Takes : std::uint8_t {
    nothing,
    one,   // value, and may stand once
    many,  // values: it may be repeated
};

// An option of a program, or of a command of one.
struct OptionRow {
    const char* names;  // "verbose,v": the long one, and the letter if there is one
    Takes takes = Takes::nothing;
    const char* value = "";  // "FILE"
    const char* text = "";   // for --help
    bool hidden = false;     // understood, so that it can be refused with a reason
};

}  // namespace caprec
