// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/minimal_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <iterator>
#include <map>
#include <utility>

#include "analyzer/analysis/risk.h"

namespace caprec {
namespace {

using Bits = std::uint64_t;

// The order among sets: smaller is better.
struct Cost {
    std::array<unsigned, 3> members{};  // high, medium, low
    Bits wanted = ~Bits{0};             // preference() 0 at the top; a member clears its bit

    void add(unsigned capability) {
        ++members[2 - static_cast<std::size_t>(risk_of(capability))];
        wanted &= ~(Bits{1} << (63 - preference(capability)));
    }
    friend auto operator<=>(const Cost&, const Cost&) = default;
};

// Clauses that share members, directly or through others, are solved together; others are solved separately.
class Solver {
public:
    explicit Solver(std::vector<Bits> clauses) : clauses_(std::move(clauses)) {}

    Bits best() {
        search(0, {});
        return best_;
    }

private:
    // The shortest clause that is not met yet is met next, by each of its members in turn.
    void search(Bits taken, const Cost& cost) {
        if (found_ && cost.members > best_cost_.members)
            return;  // members only get more
        Bits open = 0;
        for (const Bits clause : clauses_)
            if ((clause & taken) == 0 && (open == 0 || std::popcount(clause) < std::popcount(open)))
                open = clause;
        if (open == 0) {
            if (!found_ || cost < best_cost_) {
                found_ = true;
                best_ = taken;
                best_cost_ = cost;
            }
            return;
        }
        for (Bits rest = open; rest != 0; rest &= rest - 1) {
            const auto member = static_cast<unsigned>(std::countr_zero(rest));
            Cost with = cost;
            with.add(member);
            search(taken | Bits{1} << member, with);
        }
    }

    std::vector<Bits> clauses_;
    bool found_ = false;
    Bits best_ = 0;
    Cost best_cost_;
};

// A clause that contains another one is met with it.
std::vector<Bits> without_implied(const std::vector<Bits>& clauses) {
    std::vector<Bits> kept;
    std::ranges::copy_if(clauses, std::back_inserter(kept), [&](Bits clause) {
        return std::ranges::none_of(clauses, [&](Bits other) { return other != clause && (other & ~clause) == 0; });
    });
    return kept;
}

Bits solve(std::vector<Bits> clauses) {
    clauses = without_implied(clauses);
    Bits taken = 0;
    while (!clauses.empty()) {
        std::vector<Bits> together{clauses.back()};
        clauses.pop_back();
        Bits members = together.back();
        for (auto next = clauses.begin(); next != clauses.end();) {
            if ((*next & members) == 0) {
                ++next;
                continue;
            }
            members |= *next;
            together.push_back(*next);
            clauses.erase(next);
            next = clauses.begin();
        }
        taken |= Solver(std::move(together)).best();
    }
    return taken;
}

// The member that stands for the clause, among those that are in the set.
unsigned chosen_of(Bits clause, Bits taken) {
    const std::vector<unsigned> members = CapabilitySet(clause & taken).members();
    return *std::ranges::min_element(members, {}, preference);
}

bool in_scope(const Need& need, const NeedFilter& filter) {
    return (!filter.image || need.image == *filter.image) && (!filter.phase || need.phase == *filter.phase) &&
           (!filter.unit || need.keeper.unit == *filter.unit) &&
           (!filter.container || need.keeper.container == *filter.container) &&
           (!filter.user || need.user == *filter.user);
}

bool more_than_look_ups_failed(const std::vector<Need>& needs, const NeedFilter& filter) {
    return std::ranges::any_of(
        needs, [&](const Need& need) { return in_scope(need, filter) && need.missing && !need.look_up; });
}

}  // namespace

std::vector<Need> select_needs(const std::vector<Need>& needs, const NeedFilter& filter) {
    const bool look_ups = !more_than_look_ups_failed(needs, filter);
    std::vector<Need> selected;
    std::ranges::copy_if(needs, std::back_inserter(selected), [&](const Need& need) {
        return in_scope(need, filter) && (!need.missing || (filter.missing && (!need.look_up || look_ups)));
    });
    return selected;
}

std::vector<Need> look_ups_left_out(const std::vector<Need>& needs, const NeedFilter& filter) {
    std::vector<Need> left_out;
    if (filter.missing && more_than_look_ups_failed(needs, filter)) {
        std::ranges::copy_if(needs, std::back_inserter(left_out),
                             [&](const Need& need) { return in_scope(need, filter) && need.look_up; });
    }
    return left_out;
}

MinimalSet minimal_set(const std::vector<Need>& needs) {
    struct Origin {
        bool classified = false, held = false;
    };
    std::map<Bits, Origin> origins;
    for (const Need& need : needs) {
        if (!need.any_of.empty()) {
            Origin& origin = origins[need.any_of.bits()];
            origin.classified = origin.classified || need.classified;
            origin.held = origin.held || !need.missing;
        }
    }
    std::vector<Bits> all, classified;
    for (const auto& [clause, origin] : origins) {
        all.push_back(clause);
        if (origin.classified)
            classified.push_back(clause);
    }
    const Bits taken = solve(all);
    MinimalSet set;
    set.capabilities = CapabilitySet(taken);
    for (const auto& [clause, origin] : origins) {
        const unsigned chosen = chosen_of(clause, taken);
        set.clauses.push_back({.any_of = CapabilitySet(clause).members(), .chosen = chosen, .missing = !origin.held});
    }
    set.unclassified = CapabilitySet(taken & ~solve(classified));
    std::ranges::stable_sort(set.clauses, {},
                             [](const Clause& clause) { return std::pair(clause.chosen, clause.any_of); });
    return set;
}

std::optional<unsigned> chosen_for(const MinimalSet& set, CapabilitySet any_of) {
    const std::vector<unsigned> members = any_of.members();
    const auto clause = std::ranges::find(set.clauses, members, &Clause::any_of);
    return clause != set.clauses.end() ? std::optional(clause->chosen) : std::nullopt;
}

std::vector<Swap> swaps(const MinimalSet& set) {
    const auto enough = [&](CapabilitySet taken) {
        return std::ranges::all_of(
            set.clauses, [&](const Clause& clause) { return !(CapabilitySet::of(clause.any_of) & taken).empty(); });
    };
    CapabilitySet others;
    for (const Clause& clause : set.clauses)
        others |= CapabilitySet::of(clause.any_of) - set.capabilities;
    std::vector<Swap> found;
    for (const unsigned capability : others.members()) {
        Swap swap{.capability = capability, .instead_of = {}};
        CapabilitySet taken = set.capabilities | CapabilitySet::of({capability});
        for (const unsigned member : set.capabilities.members()) {
            if (enough(taken - CapabilitySet::of({member}))) {
                taken = taken - CapabilitySet::of({member});
                swap.instead_of.insert(member);
            }
        }
        if (swap.instead_of.size() > 1)
            found.push_back(swap);
    }
    return found;
}

CapabilitySet replacements(const MinimalSet& set, const Clause& clause) {
    CapabilitySet result;
    for (const unsigned other : clause.any_of) {
        const Bits swapped = (set.capabilities.bits() & ~(Bits{1} << clause.chosen)) | Bits{1} << other;
        const bool enough = std::ranges::all_of(set.clauses, [&](const Clause& each) {
            return std::ranges::any_of(each.any_of, [&](unsigned member) { return (swapped >> member & 1) != 0; });
        });
        if (other != clause.chosen && enough)
            result.insert(other);
    }
    return result;
}

}  // namespace caprec
