// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <string>

namespace caprec {

// A name that GoogleTest accepts for a parameter: each other character becomes '_'.
inline std::string test_name(std::string name) {
    for (char& letter : name)
        letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
    return name;
}

}  // namespace caprec
