// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/base64.h"

#include <cstddef>

namespace caprec {

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto byte = [&](std::size_t at) -> unsigned {
        return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
    };
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const unsigned group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        text += digits[group >> 18];
        text += digits[group >> 12 & 63];
        text += at + 1 < bytes.size() ? digits[group >> 6 & 63] : '=';
        text += at + 2 < bytes.size() ? digits[group & 63] : '=';
    }
    return text;
}

}  // namespace caprec
