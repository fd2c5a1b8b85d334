// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bpf/event.h"
#include "schema/run_info.h"

namespace caprec {

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
