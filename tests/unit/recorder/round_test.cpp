// SPDX-License-Identifier: Apache-2.0
#include "recorder/round.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace caprec {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

// A kernel in which time passes as the test says: it has events and mappings by their times, and the order in which
// they were taken.
struct Round : testing::Test {
    std::uint64_t now = 5 * second;
    std::vector<std::uint64_t> events, mappings, collected;
    std::size_t taken = 0;
    std::string order;
    std::function<void()> in_written = [] {}, in_collect = [] {}, in_drain = [] {};
    bool whole = true;

    void take() {
        take_round({.clock = [this] { return now; },
                    .written =
                        [this] {
                            const std::size_t end = events.size();
                            in_written();
                            return end;
                        },
                    .collect =
                        [this] {
                            in_collect();
                            collected.insert(collected.end(), mappings.begin(), mappings.end());
                            mappings.clear();
                        },
                    .drain =
                        [this](std::uint64_t end) {
                            for (; whole && taken < end; ++taken) {
                                settle(events[taken]);
                                order += 'e';
                            }
                            in_drain();
                            return whole;
                        },
                    .settle = [this](std::uint64_t time) { settle(time); }});
    }
    void settle(std::uint64_t time) {
        while (!collected.empty() && collected.front() <= time) {
            collected.erase(collected.begin());
            order += 'm';
        }
    }
    // A process is made, and maps its program.
    void make_process() {
        events.push_back(now + second / 10);
        mappings.push_back(now + second / 5);
        now += 3 * second;
    }
};

TEST_F(Round, MappingsAreTakenBetweenTheEventsByTime) {
    events = {now - 30, now - 10};
    mappings = {now - 40, now - 20, now - 5};
    take();
    EXPECT_EQ(order, "meme");
    now += 2 * second;
    take();
    EXPECT_EQ(order, "memem");  // no event came, and no older one is on its way
}

TEST_F(Round, NoMappingComesBeforeItsProcessHoweverLongAStepTakes) {
    for (std::function<void()> Round::*step : {&Round::in_written, &Round::in_collect, &Round::in_drain}) {
        this->*step = [this] { make_process(); };
        take();
        this->*step = [] {};
        EXPECT_EQ(order, "");
        take();
        now += 2 * second;
        take();
        EXPECT_EQ(order, "em");
        order.clear();
    }
}

TEST_F(Round, NothingIsSettledBehindAnEventThatIsNotYetWhole) {
    whole = false;
    make_process();
    take();
    EXPECT_EQ(order, "");
    whole = true;
    take();
    EXPECT_EQ(order, "em");
}

}  // namespace
}  // namespace caprec
