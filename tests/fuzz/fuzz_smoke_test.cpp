// SPDX-License-Identifier: Apache-2.0
//
// A few thousand hostile traces in every test run, always the same ones, with any compiler.
#include <gtest/gtest.h>

#include "tests/fuzz/exercise.h"
#include "tests/fuzz/mutate.h"
#include "tests/support/sample_traces.h"

namespace caprec {
namespace {

TEST(FuzzSmoke, MutatedTracesAreReadToSomeEnd) {
    constexpr int rounds = 1500, generations = 4;
    RandomNumbers random(20240229);
    const auto samples = sample_traces();
    int changed = 0;
    for (int round = 0; round < rounds; ++round) {
        for (const Bytes& sample : samples) {
            Bytes trace = sample;
            for (int generation = 0; generation < generations; ++generation) {
                trace = mutate(trace, random, change_words_at_random);
                exercise(trace);
            }
            changed += trace != sample;
        }
    }
    EXPECT_GT(changed, rounds) << "the mutator does nothing";
}

}  // namespace
}  // namespace caprec
