// SPDX-License-Identifier: Apache-2.0
//
// `capanalyze merge`, and folders where a trace is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/golden/run_command.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/merged_traces.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

class Merge : public testing::Test {
protected:
    Merge() {
        std::filesystem::create_directories("runs/deep");
        directory_.write("runs/1.cap", service_run(1));
        directory_.write("runs/2.cap", service_run(2));
        directory_.write("runs/deep/3.cap", service_run(3));
        directory_.write("4.cap", service_run(4));
        directory_.write("runs/notes.txt", "no trace");
    }
    ScratchDirectory directory_;
};

TEST_F(Merge, MakesOneTraceOfFilesAndFolders) {
    const Result merged = run({"merge", "runs", "4.cap", "-o", "all.cap"});
    EXPECT_EQ(merged.status, exit_fine) << merged.err;
    EXPECT_EQ(merged.out, "");
    EXPECT_NE(merged.err.find("merged 4 traces: 4 runs, 3 kinds of check"), std::string::npos) << merged.err;
    directory_.write("expected.cap", merged_trace());
    EXPECT_EQ(run({"report", "--json", "all.cap"}).out, run({"report", "--json", "expected.cap"}).out);
}

TEST_F(Merge, AFolderStandsForItsTraces) {
    ASSERT_EQ(run({"merge", "runs", "-o", "sum.cap"}).status, exit_fine);
    for (const char* command : {"report", "minimal", "tree"})
        EXPECT_EQ(run({command, "--json", "runs"}).out, run({command, "--json", "sum.cap"}).out) << command;
    EXPECT_EQ(run({"diff", "runs", "sum.cap"}).status, exit_fine);
    EXPECT_EQ(run({"diff", "runs/1.cap", "runs"}).status, exit_different);
    EXPECT_EQ(run({"why", "runs", "chown"}).status, exit_fine);
}

TEST_F(Merge, AddsToWhatWasMerged) {
    ASSERT_EQ(run({"merge", "runs", "-o", "all.cap"}).status, exit_fine);
    ASSERT_EQ(run({"merge", "all.cap", "4.cap", "runs/2.cap", "-o", "more.cap"}).status, exit_fine);
    ASSERT_EQ(run({"merge", "4.cap", "runs", "-o", "once.cap"}).status, exit_fine);
    EXPECT_EQ(directory_.read("more.cap"), directory_.read("once.cap"));
}

TEST_F(Merge, TheOutputMayBeAnInput) {
    ASSERT_EQ(run({"merge", "runs", "-o", "runs/all.cap"}).status, exit_fine);
    const std::string once = directory_.read("runs/all.cap");
    ASSERT_EQ(run({"merge", "runs", "-o", "runs/all.cap"}).status, exit_fine);
    EXPECT_EQ(directory_.read("runs/all.cap"), once);
    ASSERT_EQ(run({"merge", "runs/all.cap", "4.cap", "-o", "runs/all.cap"}).status, exit_fine);
    EXPECT_NE(run({"runs/all.cap"}).out.find("in 4 of 4 runs"), std::string::npos);
}

TEST_F(Merge, NamesWhatCannotBeRead) {
    directory_.write("runs/bad.cap", "this is no trace, and it is long enough to be looked at");
    directory_.write("runs/empty.cap", "");
    const Result merged = run({"merge", "runs", "-o", "all.cap"});
    EXPECT_EQ(merged.status, exit_failure);
    EXPECT_NE(merged.err.find("runs/bad.cap: not a capability trace"), std::string::npos) << merged.err;
    EXPECT_NE(merged.err.find("runs/empty.cap: is empty"), std::string::npos) << merged.err;
    EXPECT_FALSE(std::filesystem::exists("all.cap"));
}

TEST_F(Merge, LeavesOutWhatNeverRan) {
    directory_.write("runs/never.cap", unrun_trace());
    const Result merged = run({"merge", "runs", "-o", "all.cap"});
    EXPECT_EQ(merged.status, exit_fine);
    EXPECT_NE(merged.err.find("runs/never.cap: left out"), std::string::npos) << merged.err;
    EXPECT_NE(merged.err.find("3 runs"), std::string::npos) << merged.err;
    const Result nothing = run({"merge", "runs/never.cap", "-o", "none.cap"});
    EXPECT_EQ(nothing.status, exit_failure);
    EXPECT_FALSE(std::filesystem::exists("none.cap"));
}

TEST_F(Merge, SaysWhatIsIncomplete) {
    directory_.write("runs/5.cap", service_run(5));
    const Result merged = run({"merge", "runs", "-o", "all.cap"});
    EXPECT_EQ(merged.status, exit_fine);
    EXPECT_TRUE(merged.err.starts_with("INCOMPLETE: something may be missing in 1 of 4 runs: runs/5.cap\n"))
        << merged.err;
    EXPECT_EQ(run({"minimal", "all.cap"}).status, exit_failure);
    EXPECT_EQ(run({"minimal", "runs"}).status, exit_failure);
    EXPECT_EQ(run({"diff", "4.cap", "runs"}).status, exit_failure);
    EXPECT_EQ(run({"minimal", "--allow-incomplete", "runs"}).status, exit_fine);
}

TEST_F(Merge, ACutCopyOfAWholeTraceMakesNothingIncomplete) {
    Bytes copy = service_run(1);
    copy.resize(copy.size() - 20);
    directory_.write("runs/copy.cap", copy);
    ASSERT_TRUE(run({"runs/copy.cap"}).out.starts_with("INCOMPLETE"));
    const Result report = run({"report", "runs"});
    EXPECT_EQ(report.out.find("INCOMPLETE"), std::string::npos) << report.out;
    EXPECT_EQ(run({"minimal", "runs"}).status, exit_fine);
    std::filesystem::remove("runs/1.cap");
    EXPECT_NE(run({"report", "runs"}).out.find("that is so in runs/copy.cap"), std::string::npos);
    EXPECT_EQ(run({"minimal", "runs"}).status, exit_failure);
}

TEST_F(Merge, ManyRunsAreCheckedAtOnce) {
    directory_.write("own.policy", run({"minimal", "--format", "policy", "runs"}).out);
    EXPECT_EQ(run({"check", "runs", "--policy", "own.policy"}).status, exit_fine);
    EXPECT_EQ(run({"check", "runs/1.cap", "runs/deep", "--policy", "own.policy"}).status, exit_fine);
    directory_.write("less.policy", "allow /usr/sbin/service CAP_CHOWN\ndeny /usr/sbin/service CAP_NET_BIND_SERVICE\n");
    const Result checked = run({"check", "runs", "4.cap", "--policy", "less.policy"});
    EXPECT_EQ(checked.status, exit_different) << checked.err;
    EXPECT_NE(checked.out.find("/usr/sbin/service needs CAP_SYS_NICE, in 2 of 4 runs"), std::string::npos)
        << checked.out;
    EXPECT_EQ(run({"check", "runs", "-", "--policy", "-"}).status, exit_failure);
}

TEST_F(Merge, ACommandThatNeverRanIsNoAnswer) {
    directory_.write("runs/never.cap", unrun_trace());
    directory_.write("all.policy", "allow * CAP_CHOWN CAP_SYS_NICE CAP_NET_BIND_SERVICE\n");
    for (const std::vector<std::string>& command : {std::vector<std::string>{"check", "runs", "--policy", "all.policy"},
                                                    {"diff", "runs", "4.cap"},
                                                    {"minimal", "runs"}}) {
        const Result result = run(command);
        EXPECT_EQ(result.status, exit_failure) << command.front();
        EXPECT_NE(result.err.find("could not be executed: runs/never.cap"), std::string::npos) << result.err;
    }
    EXPECT_EQ(run({"check", "runs", "--policy", "all.policy", "--allow-incomplete"}).status, exit_fine);
}

// When traces are judged by another table, their kinds are also told apart by it.
TEST_F(Merge, KnowledgeOfTheUser) {
    directory_.write("sites.tsv",
                     "# caprec kernel knowledge\tformat 1\t2026-01-31\n"
                     "site\twithin\tcapability\tclass\tany_of\ttest\trefusal\taudit\tkernels\tasked_by\tnote\n"
                     "setattr_prepare\t-\tCAP_CHOWN\tadvisory\t-\t-\tEPERM\tnoaudit\t-\tchown\tnothing\n");
    std::filesystem::create_directory("one");
    std::filesystem::copy_file("runs/1.cap", "one/1.cap");
    ASSERT_EQ(run({"merge", "one", "-o", "sum.cap"}).status, exit_fine);
    const char* const said = "merged by another table";
    for (const char* trace : {"runs/1.cap", "one", "sum.cap"}) {
        EXPECT_EQ(run({"minimal", "--knowledge", "sites.tsv", trace}).out, "")
            << trace << ": an advisory check is no need";
        const std::string report = run({"report", "--knowledge", "sites.tsv", trace}).out;
        EXPECT_EQ(report.find(said) != std::string::npos, trace == std::string("sum.cap")) << trace;
        EXPECT_EQ(run({"report", trace}).out.find(said), std::string::npos) << trace;
    }
}

TEST_F(Merge, OneProgramOfARun) {
    directory_.write("none.policy", "allow * none\n");
    EXPECT_EQ(run({"check", "runs", "--policy", "none.policy", "--image", "service"}).status, exit_different);
    EXPECT_EQ(run({"check", "runs", "--policy", "none.policy", "--image", "/bin/sh"}).status, exit_fine);
    EXPECT_EQ(run({"check", "runs", "--policy", "none.policy", "--image", "sh", "--image", "service"}).status,
              exit_different);
    const Result missing = run({"check", "runs", "--policy", "none.policy", "--image", "servic"});
    EXPECT_EQ(missing.status, exit_failure);
    EXPECT_NE(missing.err.find("none of the programs that ran is servic"), std::string::npos) << missing.err;
}

// The checks of a process after the end are in no trace: every gate says so, also for a sum.
TEST_F(Merge, SurvivorsAreSaid) {
    directory_.write("left.cap", denied_trace());
    directory_.write("all.policy", "allow * CAP_NET_BIND_SERVICE\n");
    ASSERT_EQ(run({"merge", "left.cap", "-o", "sum.cap"}).status, exit_fine);
    for (const char* trace : {"left.cap", "sum.cap"}) {
        for (const char* format : {"text", "markdown", "github", "junit", "sarif"}) {
            EXPECT_NE(run({"check", "--format", format, trace, "--policy", "all.policy"}).out.find("still running"),
                      std::string::npos)
                << trace << ' ' << format;
            EXPECT_NE(run({"diff", "--format", format, "4.cap", trace}).out.find("still running"), std::string::npos)
                << trace << ' ' << format;
        }
    }
}

TEST_F(Merge, ASumHasNoSingleChecks) {
    ASSERT_EQ(run({"merge", "runs", "-o", "all.cap"}).status, exit_fine);
    const Result events = run({"events", "all.cap"});
    EXPECT_EQ(events.status, exit_failure);
    EXPECT_EQ(events.out, "");
    EXPECT_NE(events.err.find("sums up several runs"), std::string::npos) << events.err;
}

TEST_F(Merge, OnlyCountsAreExported) {
    ASSERT_EQ(run({"merge", "runs", "-o", "all.cap"}).status, exit_fine);
    for (const char* format : {"perfetto", "ndjson", "csv"})
        EXPECT_EQ(run({"export", "--format", format, "all.cap"}).status, exit_failure) << format;
    const Result folded = run({"export", "--format", "folded", "all.cap"});
    EXPECT_EQ(folded.status, exit_fine) << folded.err;
    EXPECT_NE(folded.out.find("setattr_prepare;cap_capable 3\n"), std::string::npos) << folded.out;
    const Result both = run({"diff", "--format", "folded", "runs/1.cap", "all.cap"});
    EXPECT_NE(both.out.find("setattr_prepare;cap_capable;CAP_CHOWN 1 3\n"), std::string::npos) << both.out;
}

// The same service on kernels whose functions have other names, or none: it asks at the same places.
Bytes on_kernel(unsigned number, const char* release, const char* site, bool symbols) {
    RunHeader header = header_of_run(number);
    header.kernel_release = release;
    header.symbol_source = symbols ? SymbolSource::kernel : SymbolSource::none;
    TraceBuilder builder(header);
    builder.process(1, 0, "sh");
    builder.exec(1, "/usr/sbin/service", {"service"});
    builder.check(1, 0, true, "fchownat", {symbols ? "cap_capable" : "", site}, 0);
    return builder.finish();
}

TEST_F(Merge, KernelsMayDiffer) {
    directory_.write("6.14.cap", on_kernel(1, "6.14.0", "setattr_prepare", true));
    directory_.write("7.18.cap", on_kernel(2, "6.18.0-suffix", "setattr_prepare.isra.0", true));
    directory_.write("8.1.cap", on_kernel(3, "8.1.0", "", false));
    for (const char* other : {"7.18.cap", "8.1.cap"}) {
        const Result compared = run({"diff", "6.14.cap", other});
        EXPECT_EQ(compared.status, exit_fine) << compared.out;
        EXPECT_NE(compared.out.find("No change"), std::string::npos) << compared.out;
        EXPECT_NE(compared.out.find("the kernel changed"), std::string::npos) << compared.out;
    }
    ASSERT_EQ(run({"merge", "6.14.cap", "7.18.cap", "8.1.cap", "-o", "all.cap"}).status, exit_fine);
    const std::string report = run({"all.cap"}).out;
    EXPECT_NE(report.find("Linux 6.14.0 x86_64; Linux 6.18.0-suffix x86_64; Linux 8.1.0 x86_64"), std::string::npos);
    EXPECT_NE(report.find("in 3 of 3 runs"), std::string::npos) << report;
    EXPECT_NE(report.find("no kernel symbols"), std::string::npos) << report;
}

// Whatever is wrong with a trace, an answer that could be wrong is not given.
TEST_F(Merge, OfTracesThatAreNotWhole) {
    struct Row {
        const char* name;
        Bytes trace;
        int answer, merged;
    };
    const Row rows[] = {
        {"lossy.cap", lossy_trace(), exit_failure, exit_fine},     {"cut.cap", cut_trace(), exit_failure, exit_fine},
        {"damaged.cap", damaged_trace(), exit_failure, exit_fine}, {"empty.cap", {}, exit_failure, exit_failure},
        {"never.cap", unrun_trace(), exit_failure, exit_failure},  {"idle.cap", idle_trace(), exit_fine, exit_fine}};
    directory_.write("all.policy", "allow * CAP_CHOWN CAP_SYS_NICE CAP_SYS_ADMIN CAP_NET_BIND_SERVICE\n");
    directory_.write("idle_again.cap", idle_trace());
    for (const Row& row : rows) {
        directory_.write(row.name, row.trace);
        EXPECT_EQ(run({"check", row.name, "--policy", "all.policy"}).status, row.answer) << row.name;
        EXPECT_EQ(run({"diff", "idle_again.cap", row.name}).status, row.answer) << row.name;
        EXPECT_EQ(run({"diff", row.name, "idle_again.cap"}).status, row.answer) << row.name;
        EXPECT_EQ(run({"merge", row.name, "-o", "sum.cap"}).status, row.merged) << row.name;
        if (row.merged == exit_fine)
            EXPECT_EQ(run({"check", "sum.cap", "--policy", "all.policy"}).status, row.answer) << row.name;
        for (const std::vector<std::string>& command : {std::vector<std::string>{"diff", "idle_again.cap", row.name},
                                                        {"check", row.name, "--policy", "all.policy"}})
            EXPECT_EQ(row.answer == exit_failure, run(command).out.empty()) << row.name;
    }
}

TEST_F(Merge, IsPackedAsAnyTrace) {
    ASSERT_EQ(run({"merge", "runs", "-o", "all.cap"}).status, exit_fine);
    ASSERT_EQ(run({"pack", "all.cap", "-o", "packed.cap"}).status, exit_fine);
    EXPECT_EQ(directory_.read("packed.cap"), directory_.read("all.cap"));
}

// Two runs of one command, the second with the other buffer.
TEST_F(Merge, InfoSaysWhatTheRunsAgreeInAndWhatNot) {
    for (unsigned number = 1; number <= 2; ++number) {
        RunHeader header = header_of_run(number);
        header.wait_for_descendants = header.walk_every_stack = true;
        header.buffer_bytes = std::uint64_t{number} << 20;
        header.working_directory = "/srv";
        TraceBuilder builder(header);
        builder.process(1, 0, "sh");
        directory_.write("run-" + std::to_string(number) + ".cap", builder.finish());
    }
    ASSERT_EQ(run({"merge", "run-1.cap", "run-2.cap", "-o", "both.cap"}).status, exit_fine);
    const auto header = nlohmann::json::parse(run({"info", "--json", "both.cap"}).out)["header"];
    EXPECT_EQ(header["wait_for_descendants"], true);
    EXPECT_EQ(header["walk_every_stack"], true);
    EXPECT_EQ(header["working_directory"], "/srv");
    EXPECT_EQ(header["buffer_bytes"], 0);
    EXPECT_EQ(header["differ"], nlohmann::json({"kernel", "buffer_bytes"}));
    EXPECT_FALSE(nlohmann::json::parse(run({"info", "--json", "run-1.cap"}).out)["header"].contains("differ"));
}

}  // namespace
}  // namespace caprec
