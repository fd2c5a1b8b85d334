// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <vector>

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

}  // namespace caprec
