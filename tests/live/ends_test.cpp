// SPDX-License-Identifier: Apache-2.0
//
// How a recording ends, and the status for the shell.
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Ends : public LiveTest {
protected:
    // Whether the process whose number is in that file was there, and has ended and been waited for.
    bool has_ended(const std::string& file) const {
        const std::string text = read(file);
        return text.ends_with('\n') && kill(std::stoi(text), 0) != 0;
    }
    bool has_written(std::uintmax_t bytes) const {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(trace_path(), error);
        return !error && size >= bytes;
    }
};

class ExitStatuses : public LiveTest, public ::testing::WithParamInterface<int> {};

TEST_P(ExitStatuses, IsTheCommands) {
    const Recorded recorded = record({"sh", "-c", "exit " + std::to_string(GetParam())});
    EXPECT_EQ(recorded.ended.status, GetParam());
    EXPECT_EQ(faults_of(recorded.trace), "");
    ASSERT_TRUE(recorded.trace.footer);
    EXPECT_EQ(recorded.trace.footer->target.kind, TargetStatus::Kind::exited);
    EXPECT_EQ(recorded.trace.footer->target.value, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Some, ExitStatuses, ::testing::Values(0, 1, 2, 124, 125, 126, 127, 128, 143, 255));

class Signaled : public LiveTest, public ::testing::WithParamInterface<int> {};

TEST_P(Signaled, Is128AndTheNumber) {
    const Recorded recorded = record({"sh", "-c", "ulimit -c 0; kill -" + std::to_string(GetParam()) + " $$"});
    EXPECT_EQ(recorded.ended.status, 128 + GetParam());
    EXPECT_EQ(faults_of(recorded.trace), "");
    ASSERT_TRUE(recorded.trace.footer);
    EXPECT_EQ(recorded.trace.footer->target.kind, TargetStatus::Kind::signaled);
    EXPECT_EQ(recorded.trace.footer->target.value, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Some, Signaled, ::testing::Values(SIGKILL, SIGTERM, SIGSEGV, SIGPIPE));

// A command that cannot be executed gives its status, a line that says why, and a whole trace all the same.
struct Unexecutable {
    const char* name;
    std::vector<std::string> command;
    int status, error;
};

class NotExecuted : public LiveTest, public ::testing::WithParamInterface<Unexecutable> {};

TEST_P(NotExecuted, SaysWhyAndWritesATrace) {
    write("data", "no program", 0644);
    write("no_format", std::string("\x7f\x01\x02", 3), 0755);
    const Recorded recorded = record(GetParam().command);
    EXPECT_EQ(recorded.ended.status, GetParam().status);
    EXPECT_NE(recorded.ended.err.find("cannot execute " + GetParam().command[0]), std::string::npos)
        << recorded.ended.err;
    EXPECT_EQ(faults_of(recorded.trace), "");
    ASSERT_TRUE(recorded.trace.footer);
    EXPECT_EQ(recorded.trace.footer->target.kind, TargetStatus::Kind::not_executed);
    EXPECT_EQ(recorded.trace.footer->target.value, GetParam().error);
    EXPECT_TRUE(recorded.trace.execs.empty());
}

INSTANTIATE_TEST_SUITE_P(All, NotExecuted,
                         ::testing::Values(Unexecutable{"NoSuchName", {"there-is-no-such-command"}, 127, ENOENT},
                                           Unexecutable{"NoSuchFile", {"./nothing"}, 127, ENOENT},
                                           Unexecutable{"NoSuchDirectory", {"./data/program"}, 127, ENOTDIR},
                                           Unexecutable{"NotExecutable", {"./data"}, 126, EACCES},
                                           Unexecutable{"Directory", {"/"}, 126, EACCES}),
                         [](const auto& row) { return std::string(row.param.name); });

// A mistake that shows before the command could run gives 125 and one clear text, and the command does not run.
struct Mistake {
    const char* name;
    std::vector<std::string> arguments;
    const char* text;
};

class Refused : public LiveTest, public ::testing::WithParamInterface<Mistake> {};

TEST_P(Refused, With125AndAText) {
    Launch plan;
    plan.argv = {recorder()};
    plan.argv.insert(plan.argv.end(), GetParam().arguments.begin(), GetParam().arguments.end());
    plan.directory = directory();
    const Ended ended = run(plan);
    EXPECT_EQ(ended.status, 125);
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(ended.err.starts_with("caprec: ")) << ended.err;
    EXPECT_NE(ended.err.find(GetParam().text), std::string::npos) << ended.err;
    EXPECT_NE(access(path("ran").c_str(), F_OK), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, Refused,
    ::testing::Values(Mistake{"NoCommand", {}, "no command"},
                      Mistake{"NoCommandAfterOptions", {"-q", "--"}, "no command"},
                      Mistake{"UnknownOption", {"--frobnicate", "--", "touch", "ran"}, "frobnicate"},
                      Mistake{"LaterOption", {"--only", "chown", "--", "touch", "ran"}, "--only"},
                      Mistake{
                          "CommandBesideProcesses", {"-p", "1", "--", "touch", "ran"}, "without a command: 'touch'"},
                      Mistake{"UnknownUser", {"-u", "no-such-user", "--", "touch", "ran"}, "no user 'no-such-user'"},
                      Mistake{"NoDirectory", {"-o", "nowhere/run.cap", "--", "touch", "ran"}, "nowhere/run.cap"},
                      Mistake{"TinyBuffer", {"--buffer-size", "1K", "--", "touch", "ran"}, "--buffer-size"}),
    [](const auto& row) { return std::string(row.param.name); });

// A signal that somebody sends to the recorder reaches the command, once, and the trace is whole.
class PassedOn : public LiveTest, public ::testing::WithParamInterface<int> {};

TEST_P(PassedOn, ToTheCommandOnce) {
    Child child(launch({workload("count_signals")}));
    ASSERT_TRUE(child.wait_for_output("ready"));
    child.signal(GetParam());
    const Ended ended = child.wait();
    EXPECT_EQ(ended.status, 1) << ended.err;
    const std::string number = std::to_string(GetParam());
    EXPECT_EQ(ended.out, "ready\n" + (number.size() == 1 ? "0" + number : number) + "\n");
    EXPECT_EQ(faults_of(Trace::read(trace_path())), "");
}

INSTANTIATE_TEST_SUITE_P(Some, PassedOn, ::testing::Values(SIGINT, SIGTERM, SIGHUP, SIGUSR1));

TEST_F(Ends, TheSecondRequestEndsTheRecording) {
    Child child(launch({"sh", "-c", "trap 'echo taken' TERM; echo ready; while :; do sleep 0.01; done"}));
    ASSERT_TRUE(child.wait_for_output("ready"));
    child.signal(SIGTERM);
    // the recorder has taken the first one when the command has it: a second signal must not merge with it
    ASSERT_TRUE(child.wait_for_output("taken"));
    EXPECT_FALSE(child.ended());
    child.signal(SIGTERM);
    const Ended ended = child.wait();
    EXPECT_EQ(ended.status, 128 + SIGTERM) << ended.err;
    const Trace trace = Trace::read(trace_path());
    EXPECT_EQ(faults_of(trace), "");
    ASSERT_TRUE(trace.footer);
    EXPECT_EQ(trace.footer->reason, EndReason::interrupted);
    EXPECT_EQ(trace.footer->target.kind, TargetStatus::Kind::running);
    EXPECT_GE(trace.footer->survivor_count, 1u);
}

TEST_F(Ends, OneRequestIsEnoughWhileWaitingForDescendants) {
    Child child(launch({"sh", "-c", "echo $$ > shell; sleep 1000 & echo $! > sleeper; exit 5"}, {"--wait"}));
    ASSERT_TRUE(eventually([&] { return has_ended("shell"); }));
    ASSERT_TRUE(eventually([&] {  // it may not have run exec yet
        std::string sleeper, comm;
        std::istringstream(read("sleeper")) >> sleeper;
        std::ifstream("/proc/" + sleeper + "/comm") >> comm;
        return comm == "sleep";
    }));
    EXPECT_FALSE(child.ended());
    child.signal(SIGINT);
    const Ended ended = child.wait();
    EXPECT_EQ(ended.status, 5) << "the command's own: it had ended; " << ended.err;
    const Trace trace = Trace::read(trace_path());
    ASSERT_TRUE(trace.footer);
    EXPECT_EQ(trace.footer->reason, EndReason::interrupted);
    ASSERT_EQ(trace.footer->survivors.size(), 1u);
    EXPECT_EQ(trace.footer->survivors[0].comm, "sleep");
    EXPECT_EQ(std::to_string(trace.footer->survivors[0].tgid) + "\n", read("sleeper"));
}

// Whoever started us may have SIGCHLD ignored: then the kernel reaps by itself.
TEST_F(Ends, AnIgnoredSigchldDoesNotHang) {
    Launch plan = launch({"sh", "-c", "exit 6"});
    plan.prepare = [] { ::signal(SIGCHLD, SIG_IGN); };
    EXPECT_EQ(record(plan).ended.status, 6);
}

// nohup caprec ...: what the caller ignores does not end the recording either.
TEST_F(Ends, AnIgnoredSignalEndsNothing) {
    Launch plan = launch({"sh", "-c", "echo $$ > shell; sleep 1000 & exit 5"}, {"--wait"});
    plan.prepare = [] { ::signal(SIGHUP, SIG_IGN); };
    Child child(plan);
    ASSERT_TRUE(eventually([&] { return has_ended("shell"); }));
    child.signal(SIGHUP);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // if it came, it would come at once
    EXPECT_FALSE(child.ended());
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait().status, 5);
}

// Numbers of the BPF programs that a process holds.
std::set<std::string> programs_of(pid_t pid) {
    std::set<std::string> ids;
    const Ended listed =
        run({{"sh", "-c", "cat /proc/" + std::to_string(pid) + "/fdinfo/* 2>/dev/null"}, "", {}, {}, -1, false});
    const std::regex line("prog_id:\\s*([0-9]+)");
    for (std::sregex_iterator found(listed.out.begin(), listed.out.end(), line), none; found != none; ++found)
        ids.insert((*found)[1]);
    return ids;
}

bool is_loaded(const std::string& program) {
    return run({{"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin exec bpftool prog show id " + program}, "", {}, {}, -1, false})
               .status == 0;
}

class Leftovers : public LiveTest, public ::testing::WithParamInterface<int> {};

TEST_P(Leftovers, NoProgramOutlivesTheRecorder) {
    Child child(launch({"sh", "-c", "echo ready; exec sleep 1000"}));
    ASSERT_TRUE(child.wait_for_output("ready"));
    const std::set<std::string> programs = programs_of(child.pid());
    ASSERT_GE(programs.size(), 5u);
    for (const std::string& program : programs)
        EXPECT_TRUE(is_loaded(program)) << program;
    child.signal(GetParam());
    child.wait();
    for (const std::string& program : programs)
        EXPECT_TRUE(eventually([&] { return !is_loaded(program); })) << program;
}

INSTANTIATE_TEST_SUITE_P(Ways, Leftovers, ::testing::Values(SIGTERM, SIGKILL));

TEST_F(Ends, WhatAKilledRecorderWroteIsUsable) {
    constexpr unsigned seed = 20240229;
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> milliseconds(20, 400);
    const std::string calls = workload("denied_calls");
    int with_events = 0;
    for (int round = 0; round < 20; ++round) {
        {
            Child child(launch({calls, "100000000"}));
            if (round % 2 == 1)
                ASSERT_TRUE(eventually([&] { return has_written(20'000); }));
            std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random)));
            child.signal(SIGKILL);
            EXPECT_EQ(child.wait().signal, SIGKILL);
        }
        end_descendants();
        if (access(trace_path().c_str(), F_OK) != 0)
            continue;
        const Trace trace = Trace::read(trace_path());
        if (trace.begun)
            EXPECT_EQ(trace.status, ReadStatus::cut) << trace.damage;
        else
            EXPECT_NE(trace.status, ReadStatus::end);
        EXPECT_FALSE(trace.footer);
        with_events += !trace.checks.empty();
        std::remove(trace_path().c_str());
    }
    EXPECT_GE(with_events, 3) << "hardly a recording had begun: the test shows nothing";
}

}  // namespace
}  // namespace caprec
