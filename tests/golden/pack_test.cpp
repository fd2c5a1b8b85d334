// SPDX-License-Identifier: Apache-2.0
//
// `capanalyze pack` leaves traces without user stacks as they are.  tests/unit/symbols packs those that have some.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <random>
#include <thread>

#include "tests/golden/run_command.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

struct PackedSample {
    const char* name;
    Bytes (*trace)();
    const char* incomplete;  // the first line; empty: none
};
std::ostream& operator<<(std::ostream& out, const PackedSample& sample) { return out << sample.name; }

class Packs : public testing::TestWithParam<PackedSample> {};

TEST_P(Packs, AsItWas) {
    const ScratchDirectory directory;
    directory.write("run.cap", GetParam().trace());
    const Result packed = run({"pack", "run.cap", "-o", "run.packed.cap"});
    EXPECT_EQ(packed.status, exit_fine);
    EXPECT_EQ(packed.out, "");
    EXPECT_EQ(packed.err.starts_with("INCOMPLETE"), *GetParam().incomplete != '\0') << packed.err;
    EXPECT_NE(packed.err.find(GetParam().incomplete), std::string::npos) << packed.err;
    EXPECT_NE(packed.err.find("packed 0 files"), std::string::npos);
    // Nothing had to be put in: the chunks are the old ones.
    const std::string before = directory.read("run.cap"), after = directory.read("run.packed.cap");
    if (*GetParam().incomplete == '\0')
        EXPECT_TRUE(after == before);
    EXPECT_TRUE(before.starts_with(after));
    EXPECT_FALSE(after.empty());
    const Result read = run({"info", "run.packed.cap"});
    EXPECT_EQ(read.status, exit_fine);
    EXPECT_EQ(read.out.starts_with("INCOMPLETE"), *GetParam().incomplete != '\0');
}

INSTANTIATE_TEST_SUITE_P(
    Samples, Packs,
    testing::Values(PackedSample{"chown", chown_trace, ""}, PackedSample{"daemon", daemon_trace, ""},
                    PackedSample{"hostile", hostile_trace, ""}, PackedSample{"real", real_trace, ""},
                    PackedSample{"lossy", lossy_trace, "lost"}, PackedSample{"cut", cut_trace, "cut"},
                    PackedSample{"damaged", damaged_trace, "damaged"}),
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

// A trace of several chunks, each larger than what a pipe and the reader's buffer hold together.
Bytes large_trace() {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    std::minstd_rand random;  // NOLINT: the same bytes each time; what is the same within them would be packed
    for (int count = 0; count < 1000; ++count) {
        std::string text(4096, '\0');
        for (char& letter : text)
            letter = static_cast<char>(random() >> 8);
        trace.writer().define_string(text);
    }
    return trace.finish();
}

// The pipe lets it begin with the second reading, and not end it.
TEST(Pack, SaysThatTheTraceWasCutMeanwhile) {
    const ScratchDirectory directory;
    directory.write("run.cap", large_trace());
    ASSERT_EQ(::mkfifo("pipe", 0600), 0);
    Result result;
    std::thread packer([&] { result = run({"pack", "run.cap", "-o", "pipe"}); });
    const int pipe = ::open("pipe", O_RDONLY | O_CLOEXEC);
    std::array<char, 1 << 16> bytes{};
    EXPECT_EQ(::read(pipe, bytes.data(), 1), 1);
    std::filesystem::resize_file("run.cap", 0);
    while (::read(pipe, bytes.data(), bytes.size()) > 0) {
    }
    packer.join();
    ::close(pipe);
    EXPECT_EQ(result.status, exit_failure);
    EXPECT_EQ(result.err, "run.cap: was cut or changed while it was packed: pack it again when nothing writes to it");
}

}  // namespace
}  // namespace caprec
