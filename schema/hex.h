// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caprec {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

// Two digits for each byte of an array, a string or a view.
template <class Bytes> std::string hex_of_bytes(const Bytes& bytes) {
    std::string text;
    for (const auto byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += hex_digits[value >> 4];
        text += hex_digits[value & 15];
    }
    return text;
}

// "0x1f": with no more digits than it takes.
inline std::string hex_of(std::uint64_t number) {
    std::string text;
    for (; number != 0 || text.empty(); number >>= 4)
        text.insert(text.begin(), hex_digits[number & 15]);
    return "0x" + text;
}

}  // namespace caprec
