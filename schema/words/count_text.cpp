// SPDX-License-Identifier: Apache-2.0
#include "schema/words/count_text.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace caprec {

std::string with_commas(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;)
        text.insert(at -= 3, 1, ',');
    return text;
}

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
    std::string text = with_commas(number) + ' ';
    if (number == 1)
        return text += singular;
    return plural.empty() ? (text += singular) += 's' : text += plural;
}

std::string size_text(std::uint64_t bytes) {
    constexpr double kib = 1024, mib = 1024 * kib;
    std::array<char, 32> text{};
    const auto size = static_cast<double>(bytes);
    if (size < kib)
        return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    std::snprintf(text.data(), text.size(), size < mib ? "%.1f KiB" : "%.1f MiB", size / (size < mib ? kib : mib));
    return text.data();
}

}  // namespace caprec
