// SPDX-License-Identifier: Apache-2.0
#include "recorder/kind_counts.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace caprec {
namespace {

std::uint64_t same_key(std::uint64_t hash) { return hash; }

ev_first_seen row(std::uint64_t key, std::uint64_t hits) {
    ev_first_seen row{};
    row.check.key = key;
    row.check.header.thread = 7;
    row.hits = hits;
    return row;
}

TEST(KindCounts, WhatCameSinceTheLastTime) {
    std::vector<ev_first_seen> rows{row(2, 5), row(0, 9), row(1, 4)};  // the second one is not whole yet
    rows[0].outcome_code[0] = 1, rows[0].outcome_hits[0] = 3;
    rows[0].outcome_code[1] = 1 + EPERM, rows[0].outcome_hits[1] = 1;
    KindCounts counts;
    EXPECT_EQ(counts.since_last(rows, same_key),
              (std::vector<KindCount>{{1, KindCount::no_outcome, 4}, {2, 0, 3}, {2, -EPERM, 1}, {2, 1, 1}}));
    EXPECT_TRUE(counts.since_last(rows, same_key).empty()) << "nothing more came";
    rows[0].usual = 10;  // hits with the first outcome
    rows[2].hits = 6;
    EXPECT_EQ(counts.since_last(rows, same_key), (std::vector<KindCount>{{1, KindCount::no_outcome, 2}, {2, 0, 10}}));
}

// The outcome of a call comes after its check: what was told without one is taken back.
TEST(KindCounts, AnOutcomeThatCameLater) {
    std::vector<ev_first_seen> rows{row(1, 8)};
    KindCounts counts;
    EXPECT_EQ(counts.since_last(rows, same_key), (std::vector<KindCount>{{1, KindCount::no_outcome, 8}}));
    rows[0].outcome_code[0] = 1, rows[0].outcome_hits[0] = 8;
    const auto more = counts.since_last(rows, same_key);
    EXPECT_EQ(more, (std::vector<KindCount>{{1, 0, 8}, {1, KindCount::no_outcome, static_cast<std::uint64_t>(-8)}}));
}

TEST(KindCounts, TheRecorderItselfDoesNotCount) {
    std::vector<ev_first_seen> rows{row(1, 8)};
    rows[0].check.header.thread = EV_RECORDER_THREAD;
    KindCounts counts;
    EXPECT_TRUE(counts.since_last(rows, same_key).empty());
}

}  // namespace
}  // namespace caprec
