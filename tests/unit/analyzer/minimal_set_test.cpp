// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/minimal_set.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

Need need(std::initializer_list<unsigned> any_of, bool classified = true) {
    Need result;
    result.classified = classified;
    for (const unsigned number : any_of)
        result.any_of.insert(number);
    return result;
}

using Numbers = std::vector<unsigned>;

TEST(MinimalSet, NothingNeedsNothing) {
    const MinimalSet set = minimal_set({});
    EXPECT_TRUE(set.capabilities.empty());
    EXPECT_TRUE(set.clauses.empty());
}

TEST(MinimalSet, OneClauseANeed) {
    const MinimalSet set = minimal_set({need({23}), need({0})});
    EXPECT_EQ(set.capabilities.members(), (Numbers{0, 23}));
    ASSERT_EQ(set.clauses.size(), 2u);
    EXPECT_EQ(set.clauses[0].chosen, 0u);
    EXPECT_EQ(set.clauses[0].any_of, (Numbers{0}));
    EXPECT_EQ(set.clauses[1].chosen, 23u);
    EXPECT_TRUE(set.unclassified.empty());
}

TEST(MinimalSet, AMemberThatIsThereAnywayMeetsAGroup) {
    const MinimalSet set = minimal_set({need({1, 2}), need({2})});
    EXPECT_EQ(set.capabilities.members(), (Numbers{2}));
    ASSERT_EQ(set.clauses.size(), 2u);
    EXPECT_EQ(set.clauses[0].chosen, 2u);
    EXPECT_EQ(set.clauses[1].chosen, 2u);
}

TEST(MinimalSet, AGroupAloneTakesTheMemberOfLeastRisk) {
    EXPECT_EQ(minimal_set({need({21, 24})}).capabilities.members(), (Numbers{24}));  // SYS_ADMIN | SYS_RESOURCE
    EXPECT_EQ(minimal_set({need({12, 13})}).capabilities.members(), (Numbers{13}));  // NET_ADMIN | NET_RAW
}

TEST(MinimalSet, AmongEqualsTheLowestNumberButOverrideAfterWhatIsWeaker) {
    EXPECT_EQ(minimal_set({need({38, 39})}).capabilities.members(), (Numbers{38}));  // PERFMON | BPF
    EXPECT_EQ(minimal_set({need({1, 2})}).capabilities.members(), (Numbers{2}));
    EXPECT_EQ(minimal_set({need({1, 3})}).capabilities.members(), (Numbers{3}));
    EXPECT_EQ(minimal_set({need({0, 3})}).capabilities.members(), (Numbers{0}));
}

TEST(MinimalSet, NamesWhatAloneWouldTakeThePlaceOfSeveral) {
    const MinimalSet bpf = minimal_set({need({21, 39}), need({21, 38})});  // SYS_ADMIN | BPF, SYS_ADMIN | PERFMON
    EXPECT_EQ(bpf.capabilities.members(), (Numbers{38, 39}));
    ASSERT_EQ(swaps(bpf).size(), 1u);
    EXPECT_EQ(swaps(bpf)[0].capability, 21u);
    EXPECT_EQ(swaps(bpf)[0].instead_of.members(), (Numbers{38, 39}));
    EXPECT_TRUE(swaps(minimal_set({need({21, 39}), need({0})})).empty());
}

TEST(MinimalSet, OneOfHighRiskBeatsOneOfHighAndOneOfLow) {
    EXPECT_EQ(minimal_set({need({21, 38}), need({21})}).capabilities.members(), (Numbers{21}));
    EXPECT_EQ(minimal_set({need({21, 38}), need({21, 39})}).capabilities.members(), (Numbers{38, 39}));
}

TEST(MinimalSet, TwoOfMediumRiskBeatOneOfHigh) {  // loading an XDP program: BPF and NET_ADMIN, or SYS_ADMIN alone
    const MinimalSet set = minimal_set({need({21, 39}), need({12, 21})});
    EXPECT_EQ(set.capabilities.members(), (Numbers{12, 39}));
}

TEST(MinimalSet, WhatElseWouldDoMeetsAllOtherNeedsToo) {
    const MinimalSet one = minimal_set({need({1, 2})});
    EXPECT_EQ(replacements(one, one.clauses[0]).members(), (Numbers{1}));
    const MinimalSet two = minimal_set({need({19, 38}), need({19})});
    for (const Clause& clause : two.clauses)
        EXPECT_TRUE(replacements(two, clause).empty());  // 19 is needed anyway
}

TEST(MinimalSet, AMemberThatOnlyAnUncertainNeedBroughtIsFlagged) {
    const MinimalSet set = minimal_set({need({21, 39}), need({21}, false)});
    EXPECT_EQ(set.capabilities.members(), (Numbers{21}));
    EXPECT_EQ(set.unclassified.members(), (Numbers{21}));
}

TEST(MinimalSet, NeedsAreSelectedByProgramAndPhase) {
    Need here = need({1}), there = need({2}), denied = need({3});
    here.image = "/bin/a";
    there.phase = Phase::after_drop;
    denied.missing = true;
    const std::vector<Need> all{here, there, denied};
    EXPECT_EQ(select_needs(all, {}).size(), 2u);
    EXPECT_EQ(select_needs(all, {.missing = true}).size(), 3u);
    EXPECT_EQ(select_needs(all, {.image = "/bin/a"}), (std::vector<Need>{here}));
    EXPECT_EQ(select_needs(all, {.phase = Phase::after_drop}), (std::vector<Need>{there}));
    EXPECT_TRUE(minimal_set(select_needs(all, {.missing = true})).clauses.back().missing);
}

TEST(MinimalSet, LookUpsAreMissingOnlyWhereNothingElseFailed) {
    Need look_up = need({2}), failure = need({3}), held = need({4});
    look_up.missing = look_up.look_up = failure.missing = true;
    look_up.image = held.image = "/bin/a";
    failure.image = "/bin/b";
    const std::vector<Need> all{look_up, failure, held};
    const NeedFilter run{.missing = true}, a{.image = "/bin/a", .missing = true};
    EXPECT_EQ(select_needs(all, run), (std::vector<Need>{failure, held}));
    EXPECT_EQ(look_ups_left_out(all, run), (std::vector<Need>{look_up}));
    EXPECT_EQ(select_needs(all, a), (std::vector<Need>{look_up, held}));
    EXPECT_TRUE(look_ups_left_out(all, a).empty());
    EXPECT_EQ(select_needs(all, {}), (std::vector<Need>{held}));
    EXPECT_TRUE(look_ups_left_out(all, {}).empty());
}

TEST(MinimalSet, UnclassifiedMembersAreFlagged) {
    const MinimalSet set = minimal_set({need({5}, false), need({7}), need({7}, false)});
    EXPECT_EQ(set.capabilities.members(), (Numbers{5, 7}));
    EXPECT_EQ(set.unclassified.members(), (Numbers{5}));
}

TEST(MinimalSet, ANeedThatNothingCanMeetIsLeftOut) { EXPECT_TRUE(minimal_set({need({})}).clauses.empty()); }

}  // namespace
}  // namespace caprec
