// SPDX-License-Identifier: Apache-2.0
#include "analyzer/minimal_set.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace caprec {
namespace {

unsigned choose(CapabilitySet any_of, CapabilitySet taken) {
    const std::vector<unsigned> members = any_of.members();
    const auto held = std::ranges::find_if(members, [&](unsigned number) { return taken.contains(number); });
    return held != members.end() ? *held : members.front();
}

}  // namespace

MinimalSet minimal_set(const std::vector<Need>& needs) {
    std::vector<Need> ordered;
    std::ranges::copy_if(needs, std::back_inserter(ordered), [](const Need& need) { return !need.any_of.empty(); });
    // Needs with one way to meet them come first: they may meet the others.
    std::ranges::sort(ordered, {},
                      [](const Need& need) { return std::pair(need.any_of.members().size(), need.any_of.members()); });
    MinimalSet set;
    CapabilitySet classified;
    for (const Need& need : ordered) {
        const unsigned chosen = choose(need.any_of, set.capabilities);
        set.capabilities.insert(chosen);
        if (need.classified) {
            classified.insert(chosen);
        }
        set.clauses.push_back({.any_of = need.any_of.members(), .chosen = chosen});
    }
    set.unclassified = CapabilitySet(set.capabilities.bits() & ~classified.bits());
    std::ranges::stable_sort(set.clauses, {}, &Clause::chosen);
    return set;
}

}  // namespace caprec
