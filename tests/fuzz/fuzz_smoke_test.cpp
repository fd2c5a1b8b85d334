// SPDX-License-Identifier: Apache-2.0
//
// A few thousand hostile traces, knowledge files and policies in every test run, always the same ones, with any
// compiler.
#include <gtest/gtest.h>

#include "analyzer/knowledge/knowledge.h"
#include "tests/fuzz/exercise.h"
#include "tests/fuzz/exercise_symbols.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/mutate_knowledge.h"
#include "tests/fuzz/mutate_policy.h"
#include "tests/support/sample_traces.h"

namespace caprec {
namespace {

// The longest part is done in shares, which may run side by side; each has its own numbers.
constexpr int shares = 8;
class FuzzShare : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(FuzzSmoke, FuzzShare, ::testing::Range(0, shares));

TEST_P(FuzzShare, MutatedTracesAreReadToSomeEnd) {
    constexpr int rounds = 800 / shares, generations = 4;
    RandomNumbers random(20240229U + static_cast<unsigned>(GetParam()));
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

TEST_P(FuzzShare, MutatedKnowledgeIsRefusedOrUsed) {
    constexpr int rounds = 600 / shares, generations = 6;
    RandomNumbers random(20241122U + static_cast<unsigned>(GetParam()));
    int used = 0, refused = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string text = sample_knowledge();
        for (int generation = 0; generation < generations; ++generation) {
            text = mutate_knowledge(text, random);
            const bool sound = exercise_knowledge(text);
            ++(sound ? used : refused);
            text = sound ? text : sample_knowledge();  // otherwise the rest of the round would show nothing new
        }
    }
    EXPECT_GT(used, rounds) << "the mutator breaks every file at once";
    EXPECT_GT(refused, rounds) << "the mutator breaks nothing";
}

TEST(FuzzSmoke, TheWholeKnowledgeIsUsed) {
    EXPECT_TRUE(exercise_knowledge(sample_knowledge()));
    EXPECT_TRUE(exercise_knowledge(built_in_knowledge()));
}

TEST(FuzzSmoke, MutatedPoliciesAreRefusedOrUsed) {
    constexpr int rounds = 400, generations = 6;
    RandomNumbers random(20261123);
    int used = 0, refused = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string text = sample_policies()[static_cast<std::size_t>(round) % sample_policies().size()];
        for (int generation = 0; generation < generations; ++generation) {
            text = mutate_policy(text, random);
            ++(exercise_policy(text) ? used : refused);
        }
    }
    EXPECT_GT(used, rounds / 2) << "the mutator breaks every file at once";
    EXPECT_GT(refused, rounds) << "the mutator breaks nothing";
}

// These texts are the worst ones for a parser that looks ahead, or that goes down one step for each byte.
TEST(FuzzSmoke, PoliciesOfOneThingManyTimesAreReadInTime) {
    for (const std::string_view unit :
         {"[",  "{",    "- ",          "? ",   "a: ", "- - ", "[a",    "{a: ", "&a ", "!a ",       "*a ",
          "\"", "'",    "|\n",         "a\n",  "\n ", "%a\n", "---\n", "$(",   "${",  "\\\n",      "#",
          " #", "a:\n", "allow /*a\n", "? - ", "[]",  "{}",   "a,",    "\t",   "x\\", "services: "}) {
        for (const char* start : {"", "services:\n", "{\"process\": ", "docker run "}) {
            std::string text = start;
            while (text.size() < 20'000)
                text += unit;
            exercise_policy(text);
        }
    }
}

TEST(FuzzSmoke, TheSamplePoliciesAreUsed) {
    for (const std::string& sample : sample_policies())
        EXPECT_TRUE(exercise_policy(sample)) << sample;
}

template <class Exercise> void exercise_mutated_files(int rounds, Exercise exercise_one) {
    constexpr int generations = 6;
    RandomNumbers random(20261122);
    const std::vector<std::string> samples = sample_elf_files();
    int used = 0, refused = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string file = samples[static_cast<std::size_t>(round) % samples.size()];
        for (int generation = 0; generation < generations; ++generation) {
            file = mutate_elf(file, random);
            ++(exercise_one(file, random) ? used : refused);
        }
    }
    EXPECT_GT(used, rounds) << "the mutator breaks every file at once";
    EXPECT_GT(refused, 0) << "the mutator breaks nothing";
}

TEST(FuzzSmoke, MutatedElfFilesAreRefusedOrUsed) { exercise_mutated_files(400, exercise_elf); }

TEST(FuzzSmoke, MutatedDebugInformationIsRefusedOrUsed) { exercise_mutated_files(400, exercise_debug_info); }

TEST(FuzzSmoke, WholeElfFilesAreUsed) {
    RandomNumbers random(1);
    for (const std::string& file : sample_elf_files()) {
        EXPECT_TRUE(exercise_elf(file, random));
        EXPECT_TRUE(exercise_debug_info(file, random));
    }
}

}  // namespace
}  // namespace caprec
