// SPDX-License-Identifier: Apache-2.0
//
// `capanalyze diff --format folded`: two counts a stack, for whatever pair of traces.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>

#include "tests/golden/run_command.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

using Trace = Bytes (*)();
using StackCounts = std::map<std::string, std::uint64_t>;

// The lines of `export --format folded`, with the capability behind the stack and not before it.
StackCounts folded_counts(const std::string& file) {
    StackCounts counts;
    std::istringstream lines(run({"export", "--format", "folded", file}).out);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(';'), last = line.rfind(' ');
        counts[line.substr(first + 1, last - first - 1) + ';' + line.substr(0, first)] +=
            std::stoull(line.substr(last));
    }
    return counts;
}

class FoldedDiff : public testing::TestWithParam<std::tuple<Trace, Trace>> {};

TEST_P(FoldedDiff, HasTheCountsOfBothRuns) {
    const ScratchDirectory directory;
    directory.write("old.cap", std::get<0>(GetParam())());
    directory.write("new.cap", std::get<1>(GetParam())());
    const Result result = run({"diff", "--allow-incomplete", "--format", "folded", "old.cap", "new.cap"});
    EXPECT_EQ(result.status, run({"diff", "--allow-incomplete", "old.cap", "new.cap"}).status);
    const std::regex form("([^;]+(;[^;]+)+) ([0-9]+) ([0-9]+)");
    StackCounts before, after;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
        std::smatch parts;
        ASSERT_TRUE(std::regex_match(line, parts, form)) << line;
        ASSERT_TRUE(parts[3] != "0" || parts[4] != "0") << line;
        if (parts[3] != "0")
            before[parts[1]] = std::stoull(parts[3]);
        if (parts[4] != "0")
            after[parts[1]] = std::stoull(parts[4]);
    }
    EXPECT_EQ(before, folded_counts("old.cap"));
    EXPECT_EQ(after, folded_counts("new.cap"));
    EXPECT_FALSE(before.empty() && after.empty());
}

constexpr Trace traces[] = {real_trace, hostile_trace, caller_trace, lossy_trace, user_stack_trace};
INSTANTIATE_TEST_SUITE_P(Samples, FoldedDiff, testing::Combine(testing::ValuesIn(traces), testing::ValuesIn(traces)));

TEST(FoldedDiffOfIncompleteTraces, SaysSoApart) {
    const ScratchDirectory directory;
    directory.write("old.cap", lossy_trace());
    directory.write("new.cap", chown_trace());
    const Result result = run({"diff", "--allow-incomplete", "--format", "folded", "old.cap", "new.cap"});
    EXPECT_NE(result.err.find("INCOMPLETE: the old trace"), std::string::npos) << result.err;
    EXPECT_EQ(result.out.find("INCOMPLETE"), std::string::npos);
    const Result refused = run({"diff", "--format", "folded", "old.cap", "new.cap"});
    EXPECT_EQ(refused.status, exit_failure);
    EXPECT_EQ(refused.out, "");
}

}  // namespace
}  // namespace caprec
