// SPDX-License-Identifier: Apache-2.0
//
// Stacks of processes that are gone before anybody could look at them.
#include <chrono>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "tests/live/frames.h"

namespace caprec {
namespace {

struct Found {
    std::size_t stacks = 0, of_chown = 0, shapes = 0;
    std::map<std::string, std::size_t> broken;      // stacks that do not lead to the start, by process and reason
    std::map<std::string, std::size_t> not_walked;  // checks of CAP_CHOWN without a stack, by reason
};

class ShortLived : public FramesTest {
protected:
    static constexpr std::size_t count = 2000;

    Found found(const std::vector<std::string>& options) {
        write("own", "x");
        const auto begin = std::chrono::steady_clock::now();
        sound({workload("many_programs"), std::to_string(count), "chown", "nobody", "own"}, options);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        const Ended ended = capanalyze({"events", "--all", "-U", "--json", "run.cap"});
        EXPECT_EQ(ended.status, 0);
        EXPECT_EQ(ended.err, "");
        Found all;
        std::set<std::string> shapes;
        std::istringstream lines(ended.out);
        for (std::string line; std::getline(lines, line);)
            count_line(nlohmann::json::parse(line), all, shapes);
        all.shapes = shapes.size();
        std::cout << all.stacks << " stacks of " << count << " processes, " << int(count / took.count())
                  << " processes a second\n";
        for (const auto& [why, times] : all.broken)
            ADD_FAILURE() << times << " times " << why;
        return all;
    }

private:
    static void count_line(const nlohmann::json& event, Found& all, std::set<std::string>& shapes) {
        if (event.at("type") != "check")
            return;
        const nlohmann::json& why = event.at("user_stack_incomplete");
        const bool is_chown = event.at("capability") == "CAP_CHOWN";
        if (event.at("user_stack").empty()) {
            if (is_chown)
                ++all.not_walked[why.get<std::string>()];
            return;
        }
        ++all.stacks;
        if (!why.is_null())
            ++all.broken[event.at("comm").get<std::string>() + ": " + why.get<std::string>()];
        if (is_chown) {
            ++all.of_chown;
            shapes.insert(event.at("user_stack").dump());
        }
    }
};

TEST_F(ShortLived, ProcessesHaveWholeStacks) {
    const Found all = found({"--stacks"});
    EXPECT_EQ(all.of_chown, count);
    EXPECT_EQ(all.shapes, 1u);  // they all did the same
    EXPECT_GE(all.stacks, 5 * count);
}

// When not every check is walked, the others say why they have no stack.
TEST_F(ShortLived, ProcessesSayWhyTheyHaveNone) {
    const Found all = found({});
    EXPECT_GE(all.of_chown, 64u);
    EXPECT_EQ(all.shapes, 1u);
    std::size_t without = 0;
    for (const auto& [why, times] : all.not_walked) {
        EXPECT_TRUE(why.starts_with("not taken: ")) << why;
        without += times;
    }
    EXPECT_EQ(all.of_chown + without, count);
}

}  // namespace
}  // namespace caprec
