// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/analysis/need.h"
#include "analyzer/analysis/verdict.h"

namespace caprec {

// The needs that a set is for; by default, all of them.
struct NeedFilter {
    std::optional<std::string_view> image = {};
    std::optional<Phase> phase = {};
    std::optional<std::string_view> unit = {}, container = {};  // empty: in none
    std::optional<std::optional<std::uint32_t>> user = {};      // nothing inside: of a user that is not known
    bool missing = false;  // needs that were denied as well: a denial alone never makes a recommendation
};
// Look-ups are often refused, and most programs go on: with `missing`, they are selected only where nothing else that
// was selected failed.
std::vector<Need> select_needs(const std::vector<Need>& needs, const NeedFilter& filter);

// The look-ups that select_needs() with `missing` left out for that reason.
std::vector<Need> look_ups_left_out(const std::vector<Need>& needs, const NeedFilter& filter);

// The best set that satisfies every need, with a clause for each different one.  The best set has the fewest members of
// high risk, then of medium, then of low risk (risk.h); among equals, it is the one that has the first member, in the
// order of preference(), in which they differ.  There is exactly one such set.
MinimalSet minimal_set(const std::vector<Need>& needs);

// The member of the set that is chosen for a need with this any_of; nothing: the set has no such clause.
std::optional<unsigned> chosen_for(const MinimalSet& set, CapabilitySet any_of);

// A capability that alone could take the place of several members of the set.
struct Swap {
    unsigned capability = 0;
    CapabilitySet instead_of;  // two or more
};
std::vector<Swap> swaps(const MinimalSet& set);  // sorted by capability

// The other members of a clause that could take the place of the chosen one, with all other members left as they are.
CapabilitySet replacements(const MinimalSet& set, const Clause& clause);

}  // namespace caprec
