// SPDX-License-Identifier: Apache-2.0
//
// Recordings in which nothing is lost, whatever happens: they are complete, and the recorder stays small.
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class NothingLost : public LiveTest {
protected:
    // The most memory that the recorder had, in KiB.
    long memory_of(const std::vector<std::string>& command, const std::string& buffer = "1M") {
        Launch plan = launch(command, {"--buffer-size", buffer, "--user-stacks", "none"});
        const std::vector<std::string> measured = {"/usr/bin/time", "-o", path("memory"), "-f", "%M"};
        plan.argv.insert(plan.argv.begin(), measured.begin(), measured.end());
        const Ended ended = run(plan);
        EXPECT_EQ(ended.status, 0) << ended.err;
        return std::stol(read("memory"));
    }
};

// A check during exec has the registers of the old program and the memory of the new one: no kind of its own.
TEST_F(NothingLost, ProgramsThatAreAlikeMakeTheSameKindsOfChecks) {
    const Trace trace = sound({workload("many_programs"), "300", "/bin/true"});
    EXPECT_EQ(trace.execs.size(), 301u);
    EXPECT_LE(trace.kinds.size(), 40u);
}

// Contents that the kernel side keeps once are taken out when their table is half full, and come back.
TEST_F(NothingLost, ObjectsThatComeBack) {
    write("f", "");
    const Trace trace = sound({workload("many_paths"), "40000", "2"}, {"--stacks", "--user-stacks", "none"});
    std::size_t with_object = 0, checks = 0;
    for (const CheckRow& check : trace.checks_of("CAP_CHOWN")) {
        ++checks;
        with_object += check.object != ObjectId();
    }
    EXPECT_GE(checks, 80'000u);
    EXPECT_EQ(with_object, checks);
}

// The recorder forgets an object that it has not met for a while; a row of a kind known for long may name it.
TEST_F(NothingLost, RowsOfKindsThatWereToldLongAgo) {
    write("f", "");
    const Trace trace = sound({workload("fill_tables"), "paths", "160000"}, {"--user-stacks", "none", "--stacks"});
    EXPECT_GE(trace.checks_of("CAP_CHOWN").size(), 160'000u);
}

// Each credential makes a kind of its own, and there are more than the table has rows: nobody asks for them where all
// checks are there.
TEST_F(NothingLost, RowsThatFoundNoPlace) {
    const Recorded recorded =
        record({workload("fill_tables"), "credentials", "100000"}, {"--user-stacks", "none", "--buffer-size", "256M"});
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    ASSERT_TRUE(recorded.trace.footer);
    Losses losses = recorded.trace.footer->losses;
    EXPECT_GT(losses.first_seen, 30'000u);
    losses.first_seen = 0;
    EXPECT_EQ(losses, Losses{}) << recorded.ended.err;
    EXPECT_EQ(recorded.ended.err.find("INCOMPLETE"), std::string::npos) << recorded.ended.err;
    EXPECT_EQ(recorded.trace.checks_of("CAP_SETGID").size(), 100'000u);
}

// Calls refused without a check are told as long as there is room, and leave the room for objects to others.
TEST_F(NothingLost, RefusalsOfManyPaths) {
    if (run({{"sh", "-c", "mkdir fixed && chattr +i fixed"}, directory(), {}, {}, -1, false}).status != 0)
        GTEST_SKIP() << "no immutable directories here";
    write("f", "");
    const Recorded recorded = record({workload("fill_tables"), "refused", "100000"}, {"--user-stacks", "none"});
    run({{"chattr", "-i", "fixed"}, directory(), {}, {}, -1, false});
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    EXPECT_EQ(recorded.ended.err.find("INCOMPLETE"), std::string::npos) << recorded.ended.err;
    ASSERT_TRUE(recorded.trace.footer);
    EXPECT_EQ(recorded.trace.footer->losses.objects, 0u);
    EXPECT_GE(recorded.trace.footer->losses.refusals, 90'000u);
}

// New arguments are not kept in memory.  Both recordings are longer than a lap of the ring.
TEST_F(NothingLost, AStormOfExecsTakesNoMemory) {
    const std::string storm = workload("exec_storm");
    const long few = memory_of({storm, "500"}), many = memory_of({storm, "6000"});
    EXPECT_LT(many - few, 6'000) << "KiB; the arguments alone are 22,000 more";
    const Trace trace = Trace::read(trace_path());
    ASSERT_TRUE(trace.footer);
    EXPECT_EQ(trace.footer->losses, Losses{});
    EXPECT_EQ(trace.execs.size(), 6001u);
    EXPECT_LE(trace.kinds.size(), 60u);
}

// The table of texts is full at the first, and forgets.
TEST_F(NothingLost, AStormOfNewNamesTakesNoMemory) {
    const std::string storm = workload("fill_tables");
    const long few = memory_of({storm, "names", "280000"}, "16M"), many = memory_of({storm, "names", "840000"}, "16M");
    EXPECT_LT(many - few, 6'000) << "KiB";
}

// Records of mappings come from every process of the system, and those of others may be lost.
TEST_F(NothingLost, MappingsOfANeighbour) {
    const std::string neighbour = workload("map_code");
    Child child(launch({"sh", "-c", "echo runs; while ! [ -e go ]; do :; done"}));
    ASSERT_TRUE(child.wait_for_output("runs"));
    usleep(200'000);  // the mappings of the shell itself are out of question
    child.signal(SIGSTOP);
    Launch plan;
    plan.argv = {neighbour, "/bin/true"};
    Child other(plan);
    ASSERT_TRUE(other.wait_for_output("mapping"));
    usleep(500'000);  // more than the rings hold
    child.signal(SIGCONT);
    write("go", "");
    const Ended ended = child.wait();
    other.signal(SIGKILL);
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.err.find("INCOMPLETE"), std::string::npos) << ended.err;
    const Trace trace = Trace::read(trace_path());
    ASSERT_TRUE(trace.footer);
    EXPECT_EQ(trace.footer->losses, Losses{});
}

// The message names the obstacle, and the cure.
TEST_F(NothingLost, LimitsOfFilesAndOfMemoryAreToldApart) {
    const struct {
        const char* limit;
        const char* message;
    } limits[] = {{"ulimit -n 20", "ulimit -n)"}, {"ulimit -v 100000", "a smaller --buffer-size"}};
    for (const auto& row : limits) {
        Launch plan;
        plan.argv = {"sh", "-c", std::string(row.limit) + "; exec " + recorder() + " -o " + trace_path() + " -- true"};
        plan.directory = directory();
        const Ended ended = run(plan);
        EXPECT_EQ(ended.status, 125) << row.limit;
        EXPECT_NE(ended.err.find(row.message), std::string::npos) << ended.err;
        EXPECT_EQ(ended.err.find("run caprec on the host"), std::string::npos) << ended.err;
    }
}

}  // namespace
}  // namespace caprec
