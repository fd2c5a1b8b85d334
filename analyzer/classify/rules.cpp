// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/rules.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "analyzer/classify/rules_asked.h"
#include "analyzer/classify/rules_denied.h"
#include "analyzer/classify/rules_granted.h"
#include "analyzer/classify/rules_unasked.h"

namespace caprec {
namespace {

using namespace rule_tables;

constexpr std::size_t first_asked = std::size(unasked), first_denied = first_asked + std::size(asked),
                      first_granted = first_denied + std::size(denied), all = first_granted + std::size(granted);

constexpr std::array<Rule, all> table = [] {
    std::array<Rule, all> rules{};
    auto* next = rules.begin();
    for (const std::span<const Rule> part : {std::span<const Rule>(unasked), std::span<const Rule>(asked),
                                             std::span<const Rule>(denied), std::span<const Rule>(granted)})
        next = std::ranges::copy(part, next).out;
    return rules;
}();

constexpr std::size_t at_end_count = std::ranges::count_if(table, [](const Rule& rule) { return rule.marks.at_end; });

constexpr std::array<std::uint32_t, at_end_count> at_end_numbers = [] {
    std::array<std::uint32_t, at_end_count> numbers{};
    auto* next = numbers.begin();
    for (std::uint32_t number = 0; number < table.size(); ++number)
        if (table[number].marks.at_end)
            *next++ = number;
    return numbers;
}();

// The first rule of [from, to) that matches, or `to`.
std::size_t first_of(std::size_t from, std::size_t to, const CheckFacts& facts) {
    while (from < to && !table[from].matches(facts))
        ++from;
    return from;
}

std::size_t first_matching(const CheckFacts& facts) {
    const bool was_asked = facts.not_asked == NotAsked::no && !facts.own_namespace;
    const std::size_t found = first_of(was_asked ? first_asked : 0, first_denied, facts);
    if (found < first_denied)
        return found;
    return facts.denied() ? first_of(first_denied, first_granted - 1, facts) : first_of(first_granted, all - 1, facts);
}

}  // namespace

std::span<const Rule> rules() { return table; }

RuleId classify(const CheckFacts& facts) { return RuleId(static_cast<std::uint32_t>(first_matching(facts))); }

bool may_change(RuleId rule, CheckFacts facts) {
    facts.judged.monitors = facts.judged.went_well = facts.judged.same_sets = true;
    return std::ranges::any_of(at_end_numbers, [&](std::uint32_t each) {
        const bool of_denied = each >= first_denied && each < first_granted;
        return each < rule.value() && (!of_denied || facts.denied()) && table[each].matches(facts);
    });
}

const Rule& rule_at(RuleId id) { return table[id.value()]; }

}  // namespace caprec
