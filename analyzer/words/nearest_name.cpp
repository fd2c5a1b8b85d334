// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/nearest_name.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <vector>

#include "schema/capability.h"

namespace caprec {

std::string_view nearest_name(std::string_view word, std::span<const std::string_view> names) {
    constexpr std::size_t longest_word = 20, farthest = 2;
    std::string_view nearest;
    std::size_t nearest_distance = farthest + 1;
    if (word.size() > longest_word)
        return nearest;
    for (const std::string_view name : names) {
        std::vector<std::size_t> row(name.size() + 1);  // edit distances of one prefix of `word`
        for (std::size_t at = 0; at <= name.size(); ++at)
            row[at] = at;
        for (std::size_t done = 0; done < word.size(); ++done) {
            std::size_t diagonal = row[0];
            row[0] = done + 1;
            for (std::size_t at = 0; at < name.size(); ++at) {
                const std::size_t replaced = diagonal + (word[done] == name[at] ? 0 : 1);
                diagonal = row[at + 1];
                row[at + 1] = std::min({replaced, row[at] + 1, row[at + 1] + 1});
            }
        }
        if (row.back() < nearest_distance) {
            nearest_distance = row.back();
            nearest = name;
        }
    }
    return nearest;
}

std::string capability_suggestion(std::string_view word) {
    constexpr std::string_view prefix = "CAP_";
    std::string upper(word);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    const bool prefixed = upper.starts_with(prefix);
    std::vector<std::string> known;
    for (unsigned number = 0; number < known_capabilities; ++number)
        known.push_back(capability_name(number).substr(prefixed ? 0 : prefix.size()));
    const std::vector<std::string_view> names(known.begin(), known.end());
    const std::string_view near = nearest_name(upper, names);
    return near.empty() ? "" : "; did you mean '" + (prefixed ? "" : std::string(prefix)) + std::string(near) + "'?";
}

}  // namespace caprec
