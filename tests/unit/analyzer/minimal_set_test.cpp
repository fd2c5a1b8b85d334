// SPDX-License-Identifier: Apache-2.0
#include "analyzer/minimal_set.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

Need need(std::initializer_list<unsigned> any_of, bool classified = true) {
    Need result;
    result.classified = classified;
    for (const unsigned number : any_of) {
        result.any_of.insert(number);
    }
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

TEST(MinimalSet, AGroupAloneTakesItsLowestMember) {
    EXPECT_EQ(minimal_set({need({2, 1})}).capabilities.members(), (Numbers{1}));
}

TEST(MinimalSet, UnclassifiedMembersAreFlagged) {
    const MinimalSet set = minimal_set({need({5}, false), need({7}), need({7}, false)});
    EXPECT_EQ(set.capabilities.members(), (Numbers{5, 7}));
    EXPECT_EQ(set.unclassified.members(), (Numbers{5}));
}

TEST(MinimalSet, ANeedThatNothingCanMeetIsLeftOut) { EXPECT_TRUE(minimal_set({need({})}).clauses.empty()); }

}  // namespace
}  // namespace caprec
