// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/analyzer/rule_case.h"

namespace caprec {
namespace {

class Rules : public testing::TestWithParam<RuleRow> {};

TEST_P(Rules, Decide) {
    RuleCase facts;
    GetParam().change(facts);
    EXPECT_EQ(facts.rule().id, GetParam().rule);
    EXPECT_EQ(facts.rule().verdict, GetParam().verdict);
}

std::string row_name(const testing::TestParamInfo<RuleRow>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(Context, Rules, testing::ValuesIn(context_rows().begin(), context_rows().end()), row_name);
INSTANTIATE_TEST_SUITE_P(Denied, Rules, testing::ValuesIn(denied_rows().begin(), denied_rows().end()), row_name);
INSTANTIATE_TEST_SUITE_P(Granted, Rules, testing::ValuesIn(granted_rows().begin(), granted_rows().end()), row_name);
INSTANTIATE_TEST_SUITE_P(Processes, Rules, testing::ValuesIn(process_rows().begin(), process_rows().end()), row_name);

TEST(RulesTable, EachRuleHasARowHereAndAnIdOfItsOwn) {
    std::set<std::string_view> ids;
    const auto tested = [](const Rule& rule) {
        const auto is_it = [&](const RuleRow& row) { return row.rule == rule.id; };
        return std::ranges::any_of(context_rows(), is_it) || std::ranges::any_of(denied_rows(), is_it) ||
               std::ranges::any_of(granted_rows(), is_it) || std::ranges::any_of(process_rows(), is_it);
    };
    for (const Rule& rule : rules()) {
        EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
        EXPECT_TRUE(tested(rule)) << rule.id;
        EXPECT_FALSE(rule.why.empty());
        EXPECT_EQ(rule.why.find('\n'), rule.why.npos);
    }
}

TEST(RulesTable, MarksFitTheVerdict) {
    for (const Rule& rule : rules()) {
        const RuleMarks& marks = rule.marks;
        EXPECT_TRUE(!marks.denied || rule.verdict == Verdict::missing || rule.verdict == Verdict::not_needed)
            << rule.id;
        EXPECT_TRUE(marks.denied || rule.verdict != Verdict::missing) << rule.id;
        EXPECT_TRUE(!marks.tolerated || (marks.denied && rule.verdict == Verdict::not_needed)) << rule.id;
        EXPECT_TRUE(!marks.inconclusive || marks.tolerated) << rule.id;
        EXPECT_TRUE(!marks.given_up || (marks.denied && rule.verdict == Verdict::not_needed)) << rule.id;
        EXPECT_TRUE(!marks.refused || !marks.denied) << rule.id;
        EXPECT_EQ(rule.why.find("inconclusive") != rule.why.npos, marks.inconclusive) << rule.id;
        EXPECT_EQ(rule.id.starts_with("denied-"), marks.denied && rule.id != "overcommit-strict-refused") << rule.id;
    }
}

// Facts that only the end of a trace shows may change the rule only where the first answer was said to be open.
TEST(RulesTable, WhatTheEndMayChangeIsMarked) {
    std::set<std::string_view> changed_to;
    for (const auto rows : {context_rows(), denied_rows(), granted_rows(), process_rows()}) {
        for (std::size_t number = 0; number < 2 * rows.size(); ++number) {
            const RuleRow& row = rows[number / 2];
            RuleCase facts;
            row.change(facts);
            facts.judged.monitors = facts.judged.went_well = facts.judged.same_sets = false;
            if (number % 2 != 0) {  // as it is, and in calls that programs do without, at a place that nobody knows
                facts.syscall.looks_up = facts.syscall.sets_limit = true;
                facts.row.capability = 24;  // CAP_SYS_RESOURCE
                facts.site_known = false;
            }
            const RuleId first = classify(facts.facts());
            bool changed = false;
            for (bool JudgedRun::*later : {&JudgedRun::monitors, &JudgedRun::went_well, &JudgedRun::same_sets}) {
                RuleCase end = facts;
                end.judged.*later = true;
                const RuleId last = classify(end.facts());
                EXPECT_TRUE(last == first || rule_at(last).marks.at_end) << row.name << ": " << rule_at(last).id;
                changed = changed || last != first;
                if (last != first)
                    changed_to.insert(rule_at(last).id);
            }
            EXPECT_EQ(may_change(first, facts.facts()), changed) << row.name;
        }
    }
    for (const Rule& rule : rules())
        EXPECT_EQ(rule.marks.at_end, changed_to.contains(rule.id)) << rule.id;
}

TEST(RulesTable, UnknownCredentialsAndNamespacesAreNoReasonToDrop) {
    RuleCase facts;
    const CheckFacts bare{
        .row = facts.row, .run = facts.run, .site = facts.site, .known = &facts.known, .outcome = NoOutcome::known};
    EXPECT_EQ(rule_at(classify(bare)).id, "decided");
}

TEST(RulesTable, SyscallsByAbi) {
    const SyscallTable table;
    EXPECT_TRUE(table.traits(1, 9).accounts_memory);           // x86-64 mmap
    EXPECT_TRUE(table.traits(4, 222).accounts_memory);         // arm64 mmap
    EXPECT_TRUE(table.traits(1, 21).asks_for_access);          // x86-64 access
    EXPECT_TRUE(table.traits(3, 0x40000015).asks_for_access);  // x32 access
    EXPECT_TRUE(table.traits(1, 56).new_namespaces_by_flag);   // x86-64 clone
    EXPECT_TRUE(table.traits(1, 435).new_namespaces_by_memory);
    EXPECT_FALSE(table.traits(1, 165).accounts_memory);  // x86-64 mount
    EXPECT_FALSE(table.traits(0, 9).accounts_memory);
    EXPECT_FALSE(table.traits(~std::uint64_t{0}, ~std::uint64_t{0}).accounts_memory);
}

}  // namespace
}  // namespace caprec
