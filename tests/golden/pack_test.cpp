// SPDX-License-Identifier: Apache-2.0
//
// What `capanalyze pack` does to traces without user stacks: nothing.  tests/unit/symbols packs those that have some.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "analyzer/commands/command.h"
#include "schema/error.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

struct Sample {
    const char* name;
    Bytes (*trace)();
    const char* incomplete;  // what is said first; empty: nothing
};
std::ostream& operator<<(std::ostream& out, const Sample& sample) { return out << sample.name; }

struct Result {
    int status = exit_failure;
    std::string out, err;
};

Result run(const std::vector<std::string>& arguments) {
    std::ostringstream out, err;
    Streams streams{out, err};
    Result result;
    try {
        result.status = run_command(arguments, streams);
    } catch (const Error& error) {
        err << error.what();
    }
    result.out = out.str();
    result.err = err.str();
    return result;
}

class Packs : public testing::TestWithParam<Sample> {};

TEST_P(Packs, AsItWas) {
    const ScratchDirectory directory;
    directory.write("run.cap", GetParam().trace());
    const Result packed = run({"pack", "run.cap", "-o", "run.packed.cap"});
    EXPECT_EQ(packed.status, exit_fine);
    EXPECT_EQ(packed.out, "");
    EXPECT_EQ(packed.err.starts_with("INCOMPLETE"), *GetParam().incomplete != '\0') << packed.err;
    EXPECT_NE(packed.err.find(GetParam().incomplete), std::string::npos) << packed.err;
    EXPECT_NE(packed.err.find("packed 0 files"), std::string::npos);
    // Nothing had to be put in: what there is of chunks is what there was.
    const std::string before = directory.read("run.cap"), after = directory.read("run.packed.cap");
    if (*GetParam().incomplete == '\0') {
        EXPECT_TRUE(after == before);
    }
    EXPECT_TRUE(before.starts_with(after));
    EXPECT_FALSE(after.empty());
    const Result read = run({"info", "run.packed.cap"});
    EXPECT_EQ(read.status, exit_fine);
    EXPECT_EQ(read.out.starts_with("INCOMPLETE"), *GetParam().incomplete != '\0');
}

INSTANTIATE_TEST_SUITE_P(Samples, Packs,
                         testing::Values(Sample{"chown", chown_trace, ""}, Sample{"daemon", daemon_trace, ""},
                                         Sample{"hostile", hostile_trace, ""}, Sample{"real", real_trace, ""},
                                         Sample{"lossy", lossy_trace, "lost"}, Sample{"cut", cut_trace, "cut"},
                                         Sample{"damaged", damaged_trace, "damaged"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Pack, OnlyItsOwnerReadsIt) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    ASSERT_EQ(run({"pack", "run.cap", "-o", "new.cap"}).status, exit_fine);
    struct stat status {};
    ASSERT_EQ(::stat("new.cap", &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(Pack, WhatFailsLeavesTheInputAndNothingElse) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    directory.write("no.cap", std::string_view("this is no trace, and it is long enough to be looked at"));
    const std::string before = directory.read("run.cap");
    std::filesystem::create_hard_link("run.cap", "link.cap");
    EXPECT_EQ(run({"pack", "run.cap", "-o", "link.cap"}).status, exit_failure);
    EXPECT_EQ(directory.read("run.cap"), before);
    EXPECT_EQ(run({"pack", "no.cap", "-o", "new.cap"}).status, exit_failure);
    EXPECT_FALSE(std::filesystem::exists("new.cap"));
}

}  // namespace
}  // namespace caprec
