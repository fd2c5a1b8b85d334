// SPDX-License-Identifier: Apache-2.0
//
// A few thousand hostile traces and knowledge files in every test run, always the same ones, with any compiler.
#include <gtest/gtest.h>

#include "analyzer/knowledge/knowledge.h"
#include "tests/fuzz/exercise.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/mutate_knowledge.h"
#include "tests/support/sample_traces.h"

namespace caprec {
namespace {

TEST(FuzzSmoke, MutatedTracesAreReadToSomeEnd) {
    constexpr int rounds = 800, generations = 4;
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

TEST(FuzzSmoke, MutatedKnowledgeIsRefusedOrUsed) {
    constexpr int rounds = 600, generations = 6;
    RandomNumbers random(20241122);
    int used = 0, refused = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string text = sample_knowledge();
        for (int generation = 0; generation < generations; ++generation) {
            text = mutate_knowledge(text, random);
            const bool sound = exercise_knowledge(text);
            ++(sound ? used : refused);
            text = sound ? text : sample_knowledge();  // else the rest of the round would say nothing new
        }
    }
    EXPECT_GT(used, rounds) << "the mutator breaks every file at once";
    EXPECT_GT(refused, rounds) << "the mutator breaks nothing";
}

TEST(FuzzSmoke, TheWholeKnowledgeIsUsed) {
    EXPECT_TRUE(exercise_knowledge(sample_knowledge()));
    EXPECT_TRUE(exercise_knowledge(built_in_knowledge()));
}

}  // namespace
}  // namespace caprec
