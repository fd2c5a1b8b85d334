// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace caprec {

enum class Takes : std::uint8_t {
    nothing,
    one,   // one value, and the option may stand only once
    many,  // several values: the option may be repeated
};

// An option of a program, or of a command of one.
struct OptionRow {
    const char* names;  // "verbose,v": the long one, and the letter if there is one
    Takes takes = Takes::nothing;
    const char* value = "";  // "FILE"
    const char* text = "";   // for --help
    bool hidden = false;     // it is understood only to be refused with a reason
};

}  // namespace caprec
