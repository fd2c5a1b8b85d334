// SPDX-License-Identifier: Apache-2.0
//
// The places where a trace may go, its owner, and its fate when it cannot be written.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

class Output : public LiveTest {
protected:
    struct stat facts(const std::string& name) const {
        struct stat found {};
        EXPECT_EQ(lstat(path(name).c_str(), &found), 0) << name;
        return found;
    }
};

TEST_F(Output, TheCommandsStandardOutputIsUntouched) {
    const Recorded recorded = record({"printf", "a\\nb"});
    EXPECT_EQ(recorded.ended.status, 0);
    EXPECT_EQ(recorded.ended.out, "a\nb");
    EXPECT_TRUE(recorded.ended.err.starts_with("caprec: ")) << recorded.ended.err;
    EXPECT_EQ(std::count(recorded.ended.err.begin(), recorded.ended.err.end(), '\n'), 1);
    EXPECT_EQ(facts("run.cap").st_mode, static_cast<mode_t>(S_IFREG | 0600));
    EXPECT_EQ(facts("run.cap").st_size, static_cast<off_t>(recorded.trace.bytes));
}

TEST_F(Output, QuietMeansNotALine) {
    const Recorded recorded = record({"echo", "text"}, {"-q"});
    EXPECT_EQ(recorded.ended.out, "text\n");
    EXPECT_EQ(recorded.ended.err, "");
}

TEST_F(Output, ToAPipe) {
    Launch plan;
    plan.argv = {"bash", "-c",
                 "set -o pipefail; \"$0\" -o - -- sh -c 'echo text; exit 3' | cat > run.cap; echo ${PIPESTATUS[0]}",
                 recorder()};
    plan.directory = directory();
    const Recorded recorded = record(plan);
    EXPECT_EQ(recorded.ended.out, "3\n");
    EXPECT_NE(recorded.ended.err.find("text\n"), std::string::npos) << recorded.ended.err;
    EXPECT_EQ(faults_of(recorded.trace), "");
    EXPECT_EQ(recorded.trace.execs_of("sh").size() + recorded.trace.execs_of("dash").size(), 1u);
}

TEST_F(Output, APipeWhoseReaderIsGone) {
    workload("denied_calls");
    Launch plan;
    plan.argv = {"bash", "-c",
                 "\"$0\" -o - -- sh -c './denied_calls 200000; touch finished' | true; echo ${PIPESTATUS[0]}",
                 recorder()};
    plan.directory = directory();
    const Ended ended = run(plan);
    EXPECT_EQ(ended.out, "125\n");
    EXPECT_NE(ended.err.find("who read it has ended"), std::string::npos) << ended.err;
    EXPECT_EQ(access(path("finished").c_str(), F_OK), 0) << "the command was not to be disturbed";
}

TEST_F(Output, ToAFifoAndToNowhere) {
    ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
    Child reader({{"sh", "-c", "cat fifo > run.cap"}, directory(), {}, {}, -1, false});
    const Ended to_fifo = run({{recorder(), "-o", "fifo", "--", "true"}, directory(), {}, {}, -1, false});
    EXPECT_EQ(to_fifo.status, 0) << to_fifo.err;
    EXPECT_EQ(reader.wait().status, 0);
    EXPECT_EQ(faults_of(Trace::read(trace_path())), "");
    EXPECT_EQ(run({{recorder(), "-o", "/dev/null", "--", "true"}, directory(), {}, {}, -1, false}).status, 0);
}

TEST_F(Output, AnOldTraceOfOnesOwnIsReplaced) {
    sound({workload("threads"), "4", "500"});
    const auto before = facts("run.cap").st_size;
    ASSERT_EQ(chmod(trace_path().c_str(), 0644), 0);
    const Trace trace = sound({"true"});
    EXPECT_LT(facts("run.cap").st_size, before);
    EXPECT_EQ(facts("run.cap").st_mode, static_cast<mode_t>(S_IFREG | 0600));
    EXPECT_EQ(trace.bytes, static_cast<std::uint64_t>(facts("run.cap").st_size)) << "nothing of the old one is left";
}

// A file that we may not write is refused before anything is touched, and the command does not run.
TEST_F(Output, WhatIsRefused) {
    write("precious", "not a trace");
    const auto trace_like = [&](const std::string& name) {
        ASSERT_EQ(run({{recorder(), "-q", "-o", name, "--", "true"}, directory(), {}, {}, -1, false}).status, 0);
    };
    trace_like("linked_trace");
    trace_like("foreign");
    trace_like("twice");
    ASSERT_EQ(chown(path("foreign").c_str(), 65534, 65534), 0);
    fs::create_symlink("linked_trace", path("symlink"));
    fs::create_symlink("new_file", path("dangling"));
    fs::create_hard_link(path("twice"), path("other_name"));
    fs::create_directory(path("folder"));
    const struct {
        const char *name, *text;
    } table[] = {{"symlink", "symbolic link"},    {"dangling", "symbolic link"},
                 {"twice", "more than one link"}, {"foreign", "belongs to uid 65534"},
                 {"folder", "is a directory"},    {"precious", "not a capability trace"},
                 {"/dev/tty0", "neither"}};
    for (const auto& row : table) {
        if (row.name[0] == '/' && access(row.name, W_OK) != 0)
            continue;
        const std::string before = row.name[0] == '/' ? "" : read(row.name);
        const Ended ended = run({{recorder(), "-o", row.name, "--", "touch", "ran"}, directory(), {}, {}, -1, false});
        EXPECT_EQ(ended.status, 125) << row.name;
        EXPECT_NE(ended.err.find(row.text), std::string::npos) << ended.err;
        EXPECT_NE(ended.err.find(row.name), std::string::npos) << ended.err;
        if (row.name[0] != '/')
            EXPECT_EQ(read(row.name), before) << row.name;
    }
    EXPECT_NE(access(path("ran").c_str(), F_OK), 0);
    EXPECT_NE(access(path("new_file").c_str(), F_OK), 0);
}

TEST_F(Output, UnderSudoTheFileIsThePersons) {
    fs::create_directory(path("home"));
    ASSERT_EQ(chown(path("home").c_str(), 65534, 65534), 0);
    ASSERT_EQ(chmod(path("home").c_str(), 0700), 0);
    Launch plan;
    plan.argv = {recorder(), "-o", "home/run.cap", "--", "id", "-u"};
    plan.directory = directory();
    plan.environment = {"SUDO_UID=65534", "SUDO_GID=65534", "SUDO_USER=nobody"};
    for (int again = 0; again < 2; ++again) {
        const Ended ended = run(plan);
        EXPECT_EQ(ended.status, 0) << ended.err;
        EXPECT_EQ(ended.out, "0\n") << "the command still runs as root";
    }
    EXPECT_EQ(facts("home/run.cap").st_uid, 65534u);
    EXPECT_EQ(facts("home/run.cap").st_gid, 65534u);
    const Trace trace = Trace::read(path("home/run.cap"));
    EXPECT_EQ(faults_of(trace), "");
    EXPECT_EQ(trace.header.on_behalf_of_uid, 65534u);
    EXPECT_EQ(trace.header.caller_uid, 0u);

    // where that person may not write, root's rights do not help
    ASSERT_EQ(chown(path("home").c_str(), 0, 0), 0);
    plan.argv[2] = "home/other.cap";
    const Ended ended = run(plan);
    EXPECT_EQ(ended.status, 125);
    EXPECT_NE(ended.err.find("Permission denied"), std::string::npos) << ended.err;
}

TEST_F(Output, LockedWhileItIsWritten) {
    Child first(launch({"sh", "-c", "echo ready; exec sleep 1000"}));
    ASSERT_TRUE(first.wait_for_output("ready"));
    const int fd = open(trace_path().c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    const auto lock_type = [&] {
        struct flock lock {};
        lock.l_type = F_RDLCK;
        lock.l_whence = SEEK_SET;
        EXPECT_EQ(fcntl(fd, F_OFD_GETLK, &lock), 0);
        return static_cast<int>(lock.l_type);
    };
    EXPECT_EQ(lock_type(), F_WRLCK);
    const Ended second = run(launch({"touch", "ran"}));
    EXPECT_EQ(second.status, 125);
    EXPECT_NE(second.err.find("another recording"), std::string::npos) << second.err;
    EXPECT_NE(access(path("ran").c_str(), F_OK), 0);
    first.signal(SIGTERM);
    EXPECT_EQ(first.wait().status, 128 + SIGTERM);
    EXPECT_EQ(lock_type(), F_UNLCK);
    close(fd);
    EXPECT_EQ(faults_of(Trace::read(trace_path())), "");
}

TEST_F(Output, AFullDiskDoesNotDisturbTheCommand) {
    workload("denied_calls");
    Launch plan;
    plan.argv = {"unshare",
                 "-m",
                 "sh",
                 "-c",
                 "mkdir full && mount -t tmpfs -o size=64k none full || exit 77\n"
                 "\"$0\" -o full/run.cap -- sh -c './denied_calls 300000; touch finished'\n"
                 "echo $?; cp full/run.cap run.cap",
                 recorder()};
    plan.directory = directory();
    const Recorded recorded = record(plan);
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "cannot mount here: " << recorded.ended.err;
    EXPECT_EQ(recorded.ended.out, "125\n");
    EXPECT_NE(recorded.ended.err.find("No space left"), std::string::npos) << recorded.ended.err;
    EXPECT_EQ(access(path("finished").c_str(), F_OK), 0);
    EXPECT_TRUE(recorded.trace.begun);
    EXPECT_EQ(recorded.trace.status, ReadStatus::cut) << recorded.trace.damage;
    EXPECT_EQ(recorded.trace.bytes, fs::file_size(trace_path())) << "no part of a chunk is left";
    EXPECT_GT(recorded.trace.checks.size(), 1000u);
}

TEST_F(Output, AFileSizeLimitDoesNotDisturbTheCommand) {
    workload("denied_calls");
    Launch plan = launch({"sh", "-c", "./denied_calls 300000; touch finished"});
    plan.prepare = [] {
        const rlimit limit{30000, 30000};
        setrlimit(RLIMIT_FSIZE, &limit);
    };
    const Recorded recorded = record(plan);
    EXPECT_EQ(recorded.ended.status, 125);
    EXPECT_NE(recorded.ended.err.find("ulimit -f"), std::string::npos) << recorded.ended.err;
    EXPECT_EQ(access(path("finished").c_str(), F_OK), 0);
    EXPECT_EQ(recorded.trace.status, ReadStatus::cut) << recorded.trace.damage;
    EXPECT_EQ(recorded.trace.bytes, fs::file_size(trace_path())) << "no part of a chunk is left";
}

}  // namespace
}  // namespace caprec
