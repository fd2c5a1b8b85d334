// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/keeper.h"

#include <algorithm>

namespace caprec {

bool is_hash_id(std::string_view id) {
    constexpr std::size_t digits = 64;
    return id.size() == digits && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string container_label(const Keeper& keeper) {
    constexpr std::size_t shown_digits = 12;  // as many as docker ps and podman ps show
    if (!keeper.container_name.empty())
        return keeper.container_name;
    return is_hash_id(keeper.container) ? keeper.container.substr(0, shown_digits) : keeper.container;
}

}  // namespace caprec
