// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "analyzer/analysis/run_set.h"

namespace caprec {
namespace {

RunSet of(const std::set<std::uint32_t>& runs) {
    RunSet all;
    for (const std::uint32_t run : runs)
        all |= RunSet::of(run);
    return all;
}

std::set<std::uint32_t> members(const RunSet& runs) {
    std::set<std::uint32_t> members;
    std::uint64_t end = 0;
    for (const RunRange& range : runs.ranges()) {
        EXPECT_TRUE(members.empty() || range.first > end) << "ranges touch or are not in order";
        for (std::uint32_t run = range.first; run < range.first + range.length; ++run)
            members.insert(run);
        end = range.first + range.length;
    }
    return members;
}

TEST(RunSet, IsTheSetOfItsRuns) {
    std::minstd_rand random(3);
    for (int round = 0; round < 300; ++round) {
        std::set<std::uint32_t> one, other;
        std::vector<std::uint32_t> numbers(40);
        for (std::uint32_t run = 0; run < numbers.size(); ++run) {
            numbers[run] = run;
            if (random() % 3 == 0)
                one.insert(run);
            if (random() % 2 == 0)
                other.insert(run);
        }
        EXPECT_EQ(members(of(one)), one);
        EXPECT_EQ(of(one).size(), one.size());

        std::set<std::uint32_t> both = one;
        both.insert(other.begin(), other.end());
        RunSet united = of(one);
        united |= of(other);
        EXPECT_EQ(members(united), both);
        EXPECT_EQ(united, of(both));

        std::shuffle(numbers.begin(), numbers.end(), random);
        std::set<std::uint32_t> moved;
        for (const std::uint32_t run : one)
            moved.insert(numbers[run]);
        EXPECT_EQ(members(of(one).renumbered(numbers)), moved);
    }
}

TEST(RunSet, LeavesOutRunsWithoutANumber) {
    const std::vector<std::uint32_t> numbers = {7, 8};
    EXPECT_EQ(members(of({1, 2, 60'000}).renumbered(numbers)), std::set<std::uint32_t>{8});
    EXPECT_TRUE(of({5}).renumbered({}).empty());
}

TEST(RunSet, OfManyRunsInARowIsSmall) {
    RunSet all;
    for (std::uint32_t run = 0; run < 10'000; ++run)
        all |= RunSet::of(run);
    EXPECT_EQ(all.ranges(), (std::vector<RunRange>{{0, 10'000}}));
}

}  // namespace
}  // namespace caprec
