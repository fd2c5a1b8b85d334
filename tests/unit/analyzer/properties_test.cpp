// SPDX-License-Identifier: Apache-2.0
//
// Properties that hold for every input: random clauses against brute force, random checks against all rules, random
// orders of the same events.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <random>
#include <vector>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/analysis/risk.h"
#include "analyzer/classify/rules.h"
#include "schema/enum_table.h"
#include "tests/unit/analyzer/rule_case.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

using Random = std::mt19937_64;

// ---- the set

struct Price {
    std::array<int, 3> members{};  // high, medium, low
    std::vector<unsigned> places;
    friend auto operator<=>(const Price&, const Price&) = default;
};

Price price_of(std::uint64_t bits) {
    Price price;
    for (const unsigned number : CapabilitySet(bits).members()) {
        switch (risk_of(number)) {
            case Risk::high: ++price.members[0]; break;
            case Risk::medium: ++price.members[1]; break;
            case Risk::low: ++price.members[2]; break;
        }
        price.places.push_back(preference(number));
    }
    std::ranges::sort(price.places);
    return price;
}

bool hits_all(std::uint64_t bits, const std::vector<Need>& needs) {
    return std::ranges::all_of(needs, [&](const Need& need) { return (need.any_of.bits() & bits) != 0; });
}

std::uint64_t best_by_trying_all(const std::vector<unsigned>& universe, const std::vector<Need>& needs) {
    std::uint64_t best = ~std::uint64_t{0};
    for (std::uint64_t pick = 0; pick < std::uint64_t{1} << universe.size(); ++pick) {
        std::uint64_t bits = 0;
        for (std::size_t at = 0; at < universe.size(); ++at)
            bits |= (pick >> at & 1) << universe[at];
        if (hits_all(bits, needs) && (best == ~std::uint64_t{0} || price_of(bits) < price_of(best)))
            best = bits;
    }
    return best;
}

TEST(MinimalSetProperty, HitsEveryClauseAndNoSetIsBetter) {
    Random random(1);
    for (int round = 0; round < 400; ++round) {
        std::vector<unsigned> all(known_capabilities), universe;
        for (unsigned number = 0; number < known_capabilities; ++number)
            all[number] = number;
        std::ranges::sample(all, std::back_inserter(universe), 9, random);
        std::vector<Need> needs(1 + random() % 8);
        for (Need& need : needs) {
            std::vector<unsigned> members;
            std::ranges::sample(universe, std::back_inserter(members), 1 + static_cast<int>(random() % 3), random);
            for (const unsigned number : members)
                need.any_of.insert(number);
        }
        const MinimalSet set = minimal_set(needs);
        ASSERT_TRUE(hits_all(set.capabilities.bits(), needs));
        ASSERT_EQ(set.capabilities.bits(), best_by_trying_all(universe, needs)) << "round " << round;
        for (const Clause& clause : set.clauses) {
            ASSERT_TRUE(set.capabilities.contains(clause.chosen));
            ASSERT_NE(std::ranges::find(clause.any_of, clause.chosen), clause.any_of.end());
        }
        std::ranges::shuffle(needs, random);
        ASSERT_EQ(minimal_set(needs).capabilities, set.capabilities);
    }
}

TEST(MinimalSetProperty, ManyClausesOfTwoAreStillSolved) {
    std::vector<Need> needs;
    for (unsigned number = 0; number + 1 < known_capabilities; ++number)
        needs.emplace_back().any_of = CapabilitySet(std::uint64_t{3} << number);
    const MinimalSet set = minimal_set(needs);
    EXPECT_TRUE(hits_all(set.capabilities.bits(), needs));
}

// ---- the rules

template <class Enum> Enum any_of(Random& random) { return static_cast<Enum>(random() % enum_size<Enum>); }

RuleCase random_case(Random& random) {
    const auto one_in = [&](unsigned count) { return random() % count == 0; };
    RuleCase facts;
    facts.row.capability = random() % known_capabilities;
    facts.know(any_of<SiteClass>(random), any_of<SiteTest>(random), one_in(2) ? random() & 0x1ffffffffff : 0);
    facts.site_known = !one_in(4);
    facts.site.overcommit = one_in(8);
    facts.site.named = !one_in(8);
    facts.source = any_of<SiteSource>(random);
    for (std::uint64_t& argument : facts.row.args)
        argument = random() % 2048;
    const std::array<std::optional<int>, 6> errors{std::nullopt, std::nullopt, EPERM, EACCES, EINTR, ENOENT};
    if (one_in(3))
        facts.deny();
    facts.error = errors[random() % errors.size()];
    if (one_in(6))
        facts.no_result(static_cast<NoOutcome>(1 + random() % (enum_size<NoOutcome> - 1)));
    facts.row.flags ^= one_in(8) ? random() & 0x61f : 0;
    facts.row.context = one_in(16) ? random() % 4 : 0;
    facts.target_namespace.level = one_in(8) ? 1 : 0;
    facts.credential_namespace.level = one_in(8) ? 1 : 0;
    facts.known.refused_in_ack = one_in(8);
    facts.known.refused_silently = one_in(8);
    facts.around.denied_before = CapabilitySet(one_in(4) ? random() : 0);
    facts.around.granted_after = CapabilitySet(one_in(4) ? random() : 0);
    facts.syscall.sets = any_of<SyscallTraits::Sets>(random);
    facts.syscall.mode_argument = static_cast<std::uint8_t>(random() % 5);
    facts.after_known = one_in(2);
    return facts;
}

TEST(RulesProperty, ADenialIsNeverANeedAndAGrantNeverMissing) {
    Random random(2);
    for (int round = 0; round < 50'000; ++round) {
        const RuleCase facts = random_case(random);
        const Rule& rule = facts.rule();
        if (facts.row.granted())
            ASSERT_NE(rule.verdict, Verdict::missing) << rule.id;
        else
            ASSERT_TRUE(rule.verdict == Verdict::missing || rule.verdict == Verdict::not_needed) << rule.id;
    }
}

// A rule about the known site fires on the classes that it is about, and on no other.
TEST(RulesProperty, ARuleNeverFiresOnTwoKindsOfSite) {
    struct Kind {
        std::string_view rule;
        std::vector<SiteClass> classes;
    };
    const std::vector<Kind> kinds = {
        {"advisory", {SiteClass::advisory}},
        {"probe", {SiteClass::probe}},
        {"denied-advisory", {SiteClass::advisory, SiteClass::probe, SiteClass::shows}},
        {"denied-shows-less", {SiteClass::shows}},
        {"shows-nothing", {SiteClass::shows}},
        {"shows-more", {SiteClass::shows}},
        {"limit-exceeded", {SiteClass::limit}},
        {"limit-unknown", {SiteClass::limit_first}},
        {"asked-first", {SiteClass::first}},
        {"other-condition", {SiteClass::first, SiteClass::limit_first}},
    };
    Random random(3);
    std::vector<int> fired(kinds.size());
    for (int round = 0; round < 100'000; ++round) {
        const RuleCase facts = random_case(random);
        const Rule& rule = facts.rule();
        const auto kind = std::ranges::find(kinds, rule.id, &Kind::rule);
        if (kind != kinds.end()) {
            ASSERT_NE(std::ranges::find(kind->classes, facts.known.site_class), kind->classes.end()) << rule.id;
            ++fired[static_cast<std::size_t>(kind - kinds.begin())];
        }
    }
    for (std::size_t at = 0; at < kinds.size(); ++at)
        EXPECT_GT(fired[at], 0) << kinds[at].rule;
}

// A check that decides, asked of the task's own credential for its own namespace, is never dropped while its
// syscall succeeds.
TEST(RulesProperty, WhatDecidedIsNeverDropped) {
    Random random(4);
    for (int round = 0; round < 20'000; ++round) {
        RuleCase facts = random_case(random);
        const RuleCase plain;
        facts.row.flags = plain.row.flags;
        facts.row.context = 0;
        facts.row.result = 0;
        facts.credential.effective = CapabilitySet::all();
        facts.credential_namespace = facts.target_namespace = plain.target_namespace;
        facts.site_known = true;
        facts.site.overcommit = false;
        facts.site.named = true;
        facts.error.reset();
        facts.know(SiteClass::required);
        ASSERT_NE(facts.rule().verdict, Verdict::not_needed) << facts.rule().id;
    }
}

// ---- the order of events

TEST(OrderProperty, ThreadsMayInterleaveAsTheyLike) {
    struct Step {
        unsigned capability;
        bool granted;
        const char* syscall;
        const char* site;
        std::int64_t value;
    };
    const std::vector<Step> steps = {{0, true, "fchownat", "setattr_prepare", 0},
                                     {23, false, "setpriority", "can_nice", -EACCES},
                                     {12, true, "ioctl", "nobody_knows", 0},
                                     {21, true, "mount", "path_mount", 0},
                                     {7, true, "setuid", "__sys_setuid", -EPERM}};
    Random random(5);
    std::vector<Need> first;
    for (int round = 0; round < 50; ++round) {
        std::vector<std::pair<std::uint64_t, Step>> all;
        for (std::uint64_t process = 1; process <= 4; ++process)
            for (const Step& step : steps)
                all.emplace_back(process, step);
        std::ranges::shuffle(all, random);
        TraceBuilder trace;
        for (std::uint64_t process = 1; process <= 4; ++process) {
            trace.process(process, 0, "sh");
            trace.exec(process, "/bin/sh", {"sh"});
        }
        for (const auto& [process, step] : all)
            trace.check(process, step.capability, step.granted, step.syscall, {"cap_capable", step.site}, step.value);
        const Analysis analysis = analyze_bytes(trace.finish());
        first = first.empty() ? analysis.needs : first;
        ASSERT_FALSE(first.empty());
        ASSERT_EQ(analysis.needs, first);
    }
}

}  // namespace
}  // namespace caprec
