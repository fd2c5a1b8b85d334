// SPDX-License-Identifier: Apache-2.0
//
// Recordings that take seconds: many processes, many checks, and more checks than fit.  `--gtest_filter=-Large.*`
// and `ctest -E '^Large\.'` leave them out.
#include <cerrno>
#include <filesystem>
#include <set>

#include "schema/words/count_text.h"
#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Large : public LiveTest {};

TEST_F(Large, AHundredThousandProcesses) {
    constexpr std::size_t children = 100'000;
    const Trace trace = sound({workload("many_children"), std::to_string(children)});
    EXPECT_EQ(trace.tasks.size(), children + 1);
    EXPECT_EQ(trace.exits.size(), children + 1);
    std::size_t as_told = 0;
    for (const ExitRow& exit : trace.exits)
        as_told += exit.status == 3u << 8 && exit.last == 1;
    EXPECT_EQ(as_told, children);
    EXPECT_EQ(trace.footer->tasks_followed, children + 1);
}

TEST_F(Large, AMillionChecksAreAllThere) {
    constexpr std::size_t calls = 1'000'000;
    const Trace trace = sound({workload("denied_calls"), std::to_string(calls)});
    const auto checks = trace.priority_checks(-5);
    EXPECT_EQ(checks.size(), calls);
    for (const CheckRow& check : checks)
        ASSERT_EQ(trace.outcome_of(check), -EACCES);
    const auto size = std::filesystem::file_size(trace_path());
    EXPECT_EQ(size, trace.bytes);
    EXPECT_LE(size, 8 * calls);
    RecordProperty("bytes_per_100_checks", static_cast<int>(size * 100 / calls));
}

// Checks come faster than a tiny ring takes, on both CPUs, while processes come and go: only checks and outcomes may be
// lost, each of them is counted, and no kind of check is missing.
TEST_F(Large, AFullRingCostsDetailAndIsCounted) {
    workload("denied_calls");
    workload("many_children");
    const Recorded recorded =
        record({"sh", "-c", "./denied_calls 400000 2 & ./many_children 60; wait; exit 9"}, {"--buffer-size", "64K"});
    EXPECT_EQ(recorded.ended.status, 9) << "lost events do not change it";
    const Trace& trace = recorded.trace;
    ASSERT_EQ(trace.status, ReadStatus::end) << trace.damage;
    ASSERT_TRUE(trace.footer);
    const RunFooter& footer = *trace.footer;
    ASSERT_GT(footer.losses.checks, 0u) << "nothing was lost: the test shows nothing";

    EXPECT_EQ(footer.checks_made, footer.checks_recorded + footer.losses.checks);
    EXPECT_EQ(footer.checks_recorded, trace.checks.size());
    EXPECT_EQ(footer.losses.processes, 0u);
    EXPECT_EQ(footer.losses.credentials, 0u);
    EXPECT_EQ(footer.losses.first_seen, 0u);
    EXPECT_NE(recorded.ended.err.find("INCOMPLETE"), std::string::npos);
    EXPECT_NE(recorded.ended.err.find(with_commas(footer.losses.checks) + " checks"), std::string::npos);

    std::uint64_t denied = 0, denied_outcomes = 0, hits = 0;
    for (const Trace::Kind& kind : trace.kinds) {
        hits += kind.hits;
        if (kind.first.capability != 23 || kind.first.granted())
            continue;
        denied += kind.hits;
        EXPECT_NE(kind.first.stack, StackId());
        EXPECT_EQ(trace.syscall_of(kind.first), "setpriority");
        for (const FirstSeenOutcome& outcome : kind.outcomes) {
            EXPECT_EQ(outcome.value, -EACCES);
            denied_outcomes += outcome.hits;
        }
    }
    EXPECT_EQ(hits, footer.checks_made);
    EXPECT_EQ(denied, 800'000u);
    EXPECT_EQ(denied_outcomes, 800'000u);

    // the tree is whole: 1 + 2 + 60 processes, which would fit into their share of the ring at once, and a thread
    EXPECT_EQ(trace.tasks_of(TaskKind::process).size(), 63u);
    EXPECT_EQ(trace.tasks_of(TaskKind::thread).size(), 1u);
    EXPECT_EQ(trace.exits.size(), 64u);
    EXPECT_EQ(trace.execs.size(), 3u);
    EXPECT_EQ(footer.tasks_followed, 64u);
}

// While the recorder is stopped the ring fills up to the share that belongs to processes, which stays theirs.
TEST_F(Large, AStoppedRecorderLosesNoProcess) {
    workload("denied_calls");
    workload("many_children");
    write("go", "");
    Child child(launch({"sh", "-c",
                        ": > runs; while [ -e go ]; do :; done; ./denied_calls 20000; ./many_children 50; "
                        "echo done; "
                        "while ! [ -e go ]; do :; done"},
                       {"--buffer-size", "64K"}));
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(path("runs")); }));  // earlier, it would never start
    child.signal(SIGSTOP);
    std::filesystem::remove(path("go"));
    ASSERT_TRUE(child.wait_for_output("done"));
    child.signal(SIGCONT);
    write("go", "");
    const Ended ended = child.wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(trace_path());
    ASSERT_TRUE(trace.footer);
    EXPECT_GT(trace.footer->losses.checks, 10'000u);
    EXPECT_EQ(trace.footer->losses.processes, 0u);
    EXPECT_EQ(trace.footer->checks_made, trace.footer->checks_recorded + trace.footer->losses.checks);
    EXPECT_EQ(trace.tasks.size(), trace.exits.size());
    EXPECT_EQ(trace.execs_of("many_children").size(), 1u);
}

}  // namespace
}  // namespace caprec
