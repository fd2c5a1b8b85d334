// SPDX-License-Identifier: Apache-2.0
//
// Many runs as one: what remains of each, and that neither order nor repetition matters.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "analyzer/compare/diff.h"
#include "analyzer/merge/merged_writer.h"
#include "schema/run_header_fields.h"
#include "tests/support/full_header.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

ReadOptions by_program() {
    ReadOptions options;
    options.by_program = true;
    return options;
}

Bytes merged(std::initializer_list<Bytes> traces) { return merge_traces(std::vector<Bytes>(traces)); }

TEST(RunMerger, CountsTheRunsThatNeededIt) {
    const Analysis analysis = analyze_bytes(merged_trace());
    EXPECT_TRUE(analysis.completeness.complete);
    EXPECT_EQ(analysis.run.runs.size(), 4u);
    EXPECT_EQ(analysis.run.checks, 1u + 2 + 3 + 4 + 2 + 1);
    const CapabilityFinding* chown = find_finding(analysis, 0);
    const CapabilityFinding* nice = find_finding(analysis, 23);
    const CapabilityFinding* bind = find_finding(analysis, 10);
    ASSERT_TRUE(chown != nullptr && nice != nullptr && bind != nullptr);
    EXPECT_EQ(chown->runs, 4u);
    EXPECT_EQ(chown->granted, 4u) << "of the run with the most";
    EXPECT_EQ(nice->runs, 2u);
    EXPECT_EQ(bind->runs, 1u);
    EXPECT_EQ(bind->verdict, Verdict::missing);
    EXPECT_EQ(analysis.minimal.capabilities, CapabilitySet::of({0, 23}));
    EXPECT_EQ(analysis.images, (std::vector<std::string>{"/bin/sh", "/usr/sbin/service"}));
}

TEST(RunMerger, KeepsWhatAllRunsAgreeIn) {
    const Analysis analysis = analyze_bytes(merged_trace());
    EXPECT_EQ(analysis.run.header.command, (std::vector<std::string>{"sh", "-c", "service"}));
    EXPECT_EQ(analysis.run.header.kernel_release, "") << "two kernels";
    EXPECT_EQ(analysis.run.header.machine, "x86_64");
    EXPECT_EQ(analysis.run.settings.size(), 2u);
    EXPECT_EQ(analysis.run.runs[0].host, "host");
    EXPECT_EQ(analysis.run.runs[2].target.value, 1);
    EXPECT_EQ(recorded_time(analysis.run), (1u + 2 + 3 + 4) * 250'000'000ull);
}

TEST(RunMerger, OfOneRunSaysWhatTheRunSays) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const Bytes run = any_run(seed);
        const Analysis alone = analyze_bytes(run, by_program()), again = analyze_bytes(merged({run}), by_program());
        EXPECT_EQ(alone.minimal.capabilities, again.minimal.capabilities);
        EXPECT_EQ(alone.needs, again.needs);
        EXPECT_TRUE(diff(alone, again).changes.empty()) << seed;
        EXPECT_EQ(alone.completeness.complete, again.completeness.complete);
        ASSERT_EQ(alone.capabilities.size(), again.capabilities.size());
        for (std::size_t at = 0; at < alone.capabilities.size(); ++at) {
            EXPECT_EQ(alone.capabilities[at].granted, again.capabilities[at].granted);
            EXPECT_EQ(alone.capabilities[at].denied, again.capabilities[at].denied);
        }
    }
}

// The sum needs exactly what a smaller set would break in one of the runs: no less, and no more.
TEST(RunMerger, NeedsWhatItsRunsNeed) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        const std::vector<Bytes> runs = {any_run(seed), any_run(seed + 100), any_run(seed + 200)};
        std::vector<Need> wanted;
        for (const Bytes& run : runs) {
            const Analysis analysis = analyze_bytes(run);
            wanted.insert(wanted.end(), analysis.needs.begin(), analysis.needs.end());
        }
        const Analysis together = analyze_bytes(merge_traces(runs));
        for (const Need& need : wanted)
            EXPECT_NE(std::ranges::find(together.needs, need), together.needs.end());
        for (const Need& need : together.needs)
            EXPECT_NE(std::ranges::find(wanted, need), wanted.end());
    }
}

TEST(RunMerger, IsCommutativeAssociativeAndIdempotent) {
    std::minstd_rand random(5);
    for (unsigned round = 0; round < 40; ++round) {
        std::vector<Bytes> runs;
        for (unsigned number = 0; number < 5; ++number)
            runs.push_back(any_run(1 + random() % 30));  // some of them twice
        const Bytes all = merge_traces(runs);
        std::shuffle(runs.begin(), runs.end(), random);
        EXPECT_EQ(merge_traces(runs), all);
        const Bytes left = merged({merged({runs[0], runs[1]}), runs[2], merged({runs[3], runs[4]})});
        const Bytes right = merged({runs[0], merged({runs[1], merged({runs[2], runs[3]})}), runs[4]});
        EXPECT_EQ(left, all);
        EXPECT_EQ(right, all);
        EXPECT_EQ(merged({all}), all);
        EXPECT_EQ(merged({all, runs[0], all}), all);
    }
}

TEST(RunMerger, MergersJoinAsTracesDo) {
    const auto add = [](RunMerger& merger, const Bytes& trace) {
        MemorySource source(trace);
        TraceReader reader(source);
        merge(reader, merger);
    };
    const auto bytes_of = [](const RunMerger& merger) {
        MemorySink sink;
        TraceWriter writer(sink);
        write_merged(merger, "caprec test", writer);
        return sink.data;
    };
    RunMerger one, other, joined, swapped;
    for (unsigned number = 1; number <= 3; ++number)
        add(one, service_run(number));
    for (unsigned number = 3; number <= 4; ++number)
        add(other, service_run(number));
    joined.add(one);
    joined.add(other);
    swapped.add(other);
    swapped.add(one);
    EXPECT_EQ(bytes_of(joined), merged_trace());
    EXPECT_EQ(bytes_of(swapped), merged_trace());
}

TEST(RunMerger, ARunThatIsThereTwiceCountsOnce) {
    const Analysis analysis = analyze_bytes(merged({service_run(1), service_run(1), service_run(2)}));
    EXPECT_EQ(analysis.run.runs.size(), 2u);
    EXPECT_EQ(find_finding(analysis, 0)->runs, 2u);
    EXPECT_EQ(analysis.run.checks, 1u + 3);
}

TEST(RunMerger, OfTwoCopiesTheWholeOneCounts) {
    const Bytes whole = service_run(2),
                cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2));
    EXPECT_FALSE(analyze_bytes(merged({cut})).completeness.complete);
    for (const Bytes& both : {merged({cut, whole}), merged({whole, cut}), merged({merged({cut}), whole})}) {
        const Analysis analysis = analyze_bytes(both);
        EXPECT_TRUE(analysis.completeness.complete);
        EXPECT_EQ(analysis.run.runs.size(), 1u);
    }
}

TEST(RunMerger, WhatIsIncompleteStaysSo) {
    const Analysis analysis = analyze_bytes(merged_lossy_trace());
    EXPECT_FALSE(analysis.completeness.complete);
    EXPECT_EQ(analysis.completeness.losses.checks, 12u);
    EXPECT_TRUE(mentions(analysis.completeness.problems, "in 1 of 5 runs: 12 checks were lost"));
    const Analysis again = analyze_bytes(merged({merged_lossy_trace(), service_run(1)}));
    EXPECT_EQ(again.completeness.problems, analysis.completeness.problems);
}

// This is about the file itself: when it is cut, it may lack kinds of every run.
TEST(RunMerger, ACutSumIsIncompleteForAllItsRuns) {
    const Bytes whole = merged_trace(), cut(whole.begin(), whole.end() - 40);
    EXPECT_FALSE(analyze_bytes(cut).completeness.complete);
    const Analysis again = analyze_bytes(merged({cut, service_run(2)}));
    EXPECT_FALSE(again.completeness.complete);
    EXPECT_TRUE(mentions(again.completeness.problems, "in 3 of 4 runs: the file was cut")) << "run 2 came whole";
}

TEST(RunMerger, LeavesOutWhatNeverRan) {
    TraceBuilder builder(header_of_run(9));
    RunFooter footer;
    footer.target = {TargetStatus::Kind::not_executed, ENOENT};
    const Bytes trace = builder.finish(footer);
    MemorySource source(trace);
    TraceReader reader(source);
    RunMerger merger;
    EXPECT_EQ(merge(reader, merger), MergeOutcome::not_executed);
    EXPECT_TRUE(merger.runs().empty());
}

RunHeader merged_header(const RunHeader& one, const RunHeader& other) {
    std::vector<Bytes> runs;
    for (RunHeader header : {one, other}) {
        header.run_id[0] = static_cast<std::uint8_t>(runs.size());
        header.start.realtime = 1000 + runs.size();
        TraceBuilder builder(header);
        builder.process(1, 0, "sh");
        runs.push_back(builder.finish());
    }
    return analyze_bytes(merge_traces(runs)).run.header;
}

// Compares all but the merged trace's own fields.
void expect_same(RunHeader got, RunHeader wanted) {
    for (RunHeader* header : {&got, &wanted}) {
        header->version = header->min_reader_version = 0;
        header->recorder.clear();
        header->run_id = {};
        header->start = {};
    }
    unsigned number = 0;
    visit_header_fields([&](const auto& field) {
        EXPECT_TRUE(got.*field.member == wanted.*field.member) << "field " << number;
        ++number;
    });
}

TEST(RunMerger, KeepsWhatAllHeadersSay) { expect_same(merged_header(full_header(), full_header()), full_header()); }

TEST(RunMerger, SaysNothingWhereHeadersDiffer) {
    expect_same(merged_header(full_header(), {}), {});
    RunHeader other = full_header(), wanted = full_header();
    other.buffer_bytes += 1;
    other.working_directory = "/elsewhere";
    wanted.buffer_bytes = 0;
    wanted.working_directory.clear();
    expect_same(merged_header(full_header(), other), wanted);
    expect_same(merged_header(other, full_header()), wanted);
}

TEST(RunMerger, AThousandRunsStaySmall) {
    std::vector<Bytes> runs;
    std::size_t bytes = 0;
    for (unsigned number = 0; number < 1000; ++number) {
        RunHeader header = header_of_run(1);
        header.run_id[0] = static_cast<std::uint8_t>(number);
        header.run_id[1] = static_cast<std::uint8_t>(number >> 8);
        TraceBuilder builder(header);
        builder.process(1, 0, "sh");
        builder.exec(1, "/bin/sh", {"sh"});
        builder.check(1, number % 7, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
        runs.push_back(builder.finish());
        bytes += runs.back().size();
    }
    const Bytes all = merge_traces(runs);
    EXPECT_EQ(analyze_bytes(all).run.runs.size(), 1000u);
    EXPECT_LT(all.size(), bytes / 10);
}

}  // namespace
}  // namespace caprec
