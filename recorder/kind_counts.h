// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bpf/event.h"
#include "schema/run_info.h"

namespace caprec {

// How often a kind of check was made, and with the outcome at that place of its row, while the kernel side counts on.
std::uint64_t all_hits(const ev_first_seen& row);
std::uint64_t outcome_hits(const ev_first_seen& row, std::size_t place);

// How many checks of each kind there were, as the kernel side counts them, from one time to the next.
class KindCounts {
public:
    using KeyOf = std::function<std::uint64_t(std::uint64_t hash)>;  // the key in the file
    // `rows`: the same each time, with what has been added since.  Sorted by key.
    std::vector<KindCount> since_last(std::span<const ev_first_seen> rows, const KeyOf& key_of);

private:
    struct Told {
        std::uint64_t without = 0;  // outcome
        std::array<std::uint64_t, EV_FIRST_OUTCOMES> outcomes{};
    };
    std::vector<Told> told_;
};

}  // namespace caprec
