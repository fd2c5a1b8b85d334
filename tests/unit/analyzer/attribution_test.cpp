// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/attribution.h"

#include <gtest/gtest.h>

#include <cerrno>

#include <vector>

namespace caprec {
namespace {

struct Resolved {
    std::uint64_t order = 0, count = 0;
    NoOutcome outcome = NoOutcome::known;
    std::int64_t value = 0;
    friend bool operator==(const Resolved&, const Resolved&) = default;
};

class AttributionTest : public testing::Test, public AttributionReceiver {
protected:
    void resolved(const AttributedCheck& check, NoOutcome outcome, std::int64_t value) override {
        results.push_back({check.row.order, check.count, outcome, value});
        surroundings.push_back(check.around);
    }

    CheckRow check(std::uint64_t thread, std::uint64_t sequence, std::uint64_t syscall = 90) {
        CheckRow row;
        row.order = ++order;
        row.thread = thread;
        row.abi = 1;
        row.syscall = syscall;
        row.syscall_sequence = sequence;
        return row;
    }
    OutcomeRow outcome(std::uint64_t thread, std::uint64_t sequence, std::int64_t value, std::uint64_t syscall = 90) {
        OutcomeRow row;
        row.order = ++order;
        row.thread = thread;
        row.abi = 1;
        row.syscall = syscall;
        row.syscall_sequence = sequence;
        row.value = static_cast<std::uint64_t>(value);
        return row;
    }

    std::vector<Resolved> results;
    std::vector<Surroundings> surroundings;
    std::uint64_t order = 0;
    Attribution attribution{*this, true};
};

TEST_F(AttributionTest, JoinsByThreadAndSequence) {
    attribution.check(check(1, 5), {});
    attribution.check(check(2, 5), {});
    attribution.check(check(1, 5), {});
    attribution.outcome(outcome(1, 5, -13));
    EXPECT_EQ(results, (std::vector<Resolved>{{1, 1, NoOutcome::known, -13}, {3, 1, NoOutcome::known, -13}}));
    attribution.outcome(outcome(2, 5, 0));
    EXPECT_EQ(results.back(), (Resolved{2, 1, NoOutcome::known, 0}));
}

TEST_F(AttributionTest, TellsWhatNetlinkAnswered) {
    const auto answered = [&](std::uint64_t bits) {
        attribution.check(check(1, 5), {});
        OutcomeRow row = outcome(1, 5, 32);
        row.acknowledgement = bits;
        attribution.outcome(row);
        return surroundings.back();
    };
    EXPECT_EQ(answered(0).acknowledgement, Acknowledgement::unknown);
    EXPECT_EQ(answered(1).acknowledgement, Acknowledgement::done);
    EXPECT_EQ(answered(1 + EPERM).acknowledgement, Acknowledgement::refused);
    EXPECT_EQ(answered(1 + ENODEV).acknowledgement, Acknowledgement::failed);
    EXPECT_FALSE(answered(1 + ENODEV).names_nothing);
    EXPECT_TRUE(answered((1 + ENODEV) | acknowledgement_names_nothing).names_nothing);
    EXPECT_FALSE(surroundings.back().returned_nothing);
    attribution.check(check(1, 6), {});
    attribution.outcome(outcome(1, 6, 0));
    EXPECT_TRUE(surroundings.back().returned_nothing);
}

TEST_F(AttributionTest, TheChildsReturnFromCloneNeverJoins) {
    attribution.check(check(1, 5, 56), {});
    attribution.outcome(outcome(2, 5, 0, 56));  // the child, thread 2, comes back from the same clone
    EXPECT_TRUE(results.empty());
    CheckRow newborn = check(2, 5, 56);
    newborn.flags = check_newborn;
    attribution.check(newborn, {});
    EXPECT_EQ(results, (std::vector<Resolved>{{3, 1, NoOutcome::no_syscall, 0}}));
    attribution.outcome(outcome(1, 5, 4711, 56));
    EXPECT_EQ(results.back(), (Resolved{1, 1, NoOutcome::known, 4711}));
}

TEST_F(AttributionTest, AnotherSyscallOfTheSameNumberDoesNotJoin) {
    attribution.check(check(1, 5, 90), {});
    attribution.outcome(outcome(1, 5, 0, 91));
    EXPECT_TRUE(results.empty());
    OutcomeRow other_abi = outcome(1, 5, 0, 90);
    other_abi.abi = 2;
    attribution.outcome(other_abi);
    EXPECT_TRUE(results.empty());
}

TEST_F(AttributionTest, ALaterSyscallShowsThatTheOutcomeWasLost) {
    attribution.check(check(1, 5), {});
    attribution.check(check(1, 6), {});
    EXPECT_EQ(results, (std::vector<Resolved>{{1, 1, NoOutcome::lost, 0}}));
    attribution.outcome(outcome(1, 8, 0));
    EXPECT_EQ(results.back(), (Resolved{2, 1, NoOutcome::lost, 0}));
}

TEST_F(AttributionTest, AnInterruptedSyscallIsKnown) {
    attribution.check(check(1, 5), {});
    attribution.outcome(outcome(1, 5, -512));
    EXPECT_EQ(results.back(), (Resolved{1, 1, NoOutcome::known, -512}));
}

TEST_F(AttributionTest, TheThreadEndsInItsSyscall) {
    attribution.check(check(1, 5, 231), {});
    attribution.thread_ended(1);
    EXPECT_EQ(results, (std::vector<Resolved>{{1, 1, NoOutcome::thread_ended, 0}}));
    attribution.thread_ended(1);
    attribution.check(check(1, 5, 231), {.ended = true});  // its files are closed now
    EXPECT_EQ(results.back(), (Resolved{2, 1, NoOutcome::thread_ended, 0}));
}

TEST_F(AttributionTest, WhatExitsResolvesWhatWaitsFirst) {
    attribution.check(check(1, 5, 231), {});
    CheckRow exiting = check(1, 5, 231);
    exiting.flags = check_exiting;
    attribution.check(exiting, {});
    EXPECT_EQ(results, (std::vector<Resolved>{{1, 1, NoOutcome::thread_ended, 0}, {2, 1, NoOutcome::thread_ended, 0}}));
}

TEST_F(AttributionTest, OutsideAnySyscall) {
    CheckRow fault = check(1, 5);
    fault.abi = 0;
    CheckRow interrupt = check(1, 5);
    interrupt.context = 1;
    CheckRow worker = check(2, 0);
    worker.flags = check_io_worker;
    CheckRow kernel = check(3, 0);
    kernel.flags = check_kernel_thread;
    for (const CheckRow& row : {fault, interrupt, worker, kernel}) {
        attribution.check(row, {});
        EXPECT_EQ(results.back(), (Resolved{row.order, 1, NoOutcome::no_syscall, 0}));
    }
}

TEST_F(AttributionTest, TheEndResolvesTheRestInOrder) {
    for (std::uint64_t thread = 50; thread > 0; --thread)
        attribution.check(check(thread, 1), {});
    attribution.finish(false);
    ASSERT_EQ(results.size(), 50u);
    for (std::size_t i = 0; i < results.size(); ++i)
        EXPECT_EQ(results[i], (Resolved{i + 1, 1, NoOutcome::recording_ended, 0}));
}

TEST_F(AttributionTest, TheEndOfALossyTraceSaysLost) {
    attribution.check(check(1, 1), {});
    attribution.finish(true);
    EXPECT_EQ(results.back().outcome, NoOutcome::lost);
}

TEST_F(AttributionTest, WithoutTheExitHookNothingIsCalledLost) {
    Attribution off(*this, false);
    off.check(check(1, 1), {});
    off.check(check(1, 2), {});
    off.finish(false);
    EXPECT_EQ(results, (std::vector<Resolved>{{1, 1, NoOutcome::hook_off, 0}, {2, 1, NoOutcome::hook_off, 0}}));
}

TEST_F(AttributionTest, EqualChecksOfOneSyscallAreMergedNotLost) {
    constexpr std::uint64_t count = 100'000;
    for (std::uint64_t i = 0; i < count; ++i) {
        CheckRow row = check(1, 1);
        row.capability = i % 2;
        attribution.check(row, {});
    }
    EXPECT_FALSE(attribution.limits_reached());
    attribution.outcome(outcome(1, 1, 0));
    EXPECT_LE(results.size(), Attribution::merge_above + 2);
    std::uint64_t sum = 0;
    for (const Resolved& each : results)
        sum += each.count;
    EXPECT_EQ(sum, count);
}

TEST_F(AttributionTest, WhatWaitsIsBounded) {
    for (std::uint64_t i = 0; i < 5000; ++i) {  // all different, in one syscall
        CheckRow row = check(1, 1);
        row.args[0] = i;
        attribution.check(row, {});
    }
    EXPECT_TRUE(attribution.limits_reached());
    attribution.finish(false);
    EXPECT_EQ(results.size(), 5000u);
}

TEST_F(AttributionTest, WhatWaitsIsBoundedOverAllThreads) {
    constexpr std::uint64_t count = Attribution::max_waiting + 1000;
    for (std::uint64_t thread = 1; thread <= count; ++thread)
        attribution.check(check(thread, 1), {});
    EXPECT_EQ(results.size(), 1000u);
    EXPECT_TRUE(attribution.limits_reached());
    attribution.finish(false);
    EXPECT_EQ(results.size(), count);
}

CapabilitySet only(unsigned capability) {
    CapabilitySet set;
    set.insert(capability);
    return set;
}

TEST_F(AttributionTest, ChecksOfOneSyscallKnowOfEachOther) {
    const unsigned asked[] = {2, 1, 3, 2, 1};
    const bool granted[] = {false, true, true, false, false};
    for (std::size_t at = 0; at < 5; ++at) {
        CheckRow row = check(1, 5);
        row.capability = asked[at];
        row.result = granted[at] ? 0 : ~std::uint64_t{0};
        attribution.check(row, {});
    }
    attribution.outcome(outcome(1, 5, 0));
    ASSERT_EQ(surroundings.size(), 5u);
    EXPECT_EQ(surroundings[0].granted_after, only(1));
    EXPECT_EQ(surroundings[1].denied_before, only(2));
    EXPECT_TRUE(surroundings[2].denied_before.empty());
    EXPECT_TRUE(surroundings[3].granted_after.empty());
    EXPECT_EQ(surroundings[4].denied_before, only(2));
}

TEST_F(AttributionTest, AChangeOfCredentialsBelongsToItsSyscall) {
    CredentialChangeRow change;
    change.thread = 1;
    change.syscall_sequence = 5;
    change.after = CredentialId(77);
    attribution.check(check(1, 5), {});
    attribution.credential_change(change);
    attribution.outcome(outcome(1, 5, 0));
    attribution.check(check(1, 6), {});
    attribution.credential_change(change);  // it belongs to the syscall before
    attribution.outcome(outcome(1, 6, 0));
    ASSERT_EQ(surroundings.size(), 2u);
    EXPECT_EQ(surroundings[0].credential_after, CredentialId(77));
    EXPECT_EQ(surroundings[1].credential_after, CredentialId());
}

}  // namespace
}  // namespace caprec
