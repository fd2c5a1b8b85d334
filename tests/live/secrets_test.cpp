// SPDX-License-Identifier: Apache-2.0
//
// A recorder with file capabilities tells an ordinary user nothing that they could not have learnt without it.
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include "tests/live/live_test.h"
#include "tests/live/neighbour.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

const std::string secret = "S3cr3tXY";

constexpr uid_t person = 65534;

void become_person() {
    if (setgroups(0, nullptr) != 0 || setresgid(person, person, person) != 0 || setresuid(person, person, person) != 0)
        _exit(122);
}

bool programs_gain_privilege(const std::string& folder) {
    struct statvfs facts {};
    return statvfs(folder.c_str(), &facts) == 0 && (facts.f_flag & ST_NOSUID) == 0;
}

// A way for a program to become one that its caller may not trace.
struct Way {
    const char* name;
    const char* prepare;  // in the test's directory, as root
    const char* command;  // as the person
};

// Prepares a process of root: its name, and the numbers of its groups, are secrets.
bool take_secrets() {
    gid_t groups[2];
    std::memcpy(groups, secret.data(), sizeof groups);
    return setgroups(2, groups) == 0 && prctl(PR_SET_NAME, secret.c_str()) == 0;
}

// The trace holds nothing that hidepid= hides of a process that the caller may not trace.
void expect_nothing_of(const Neighbour& neighbour, const Trace& trace) {
    for (const ComparisonRow& row : trace.comparisons) {
        EXPECT_NE(std::to_string(row.target_tgid), neighbour.pid());
        if (row.target_process == 0) {
            EXPECT_EQ(row.target_credential, CredentialId());
            EXPECT_EQ(trace.string(row.target_comm), "");
        }
    }
}

class Secrets : public LiveTest, public ::testing::WithParamInterface<Way> {
protected:
    void SetUp() override {
        LiveTest::SetUp();
        if (HasFatalFailure() || IsSkipped())
            return;
        if (!programs_gain_privilege(directory()))
            GTEST_SKIP() << "programs cannot gain privilege on this file system";
        fs::copy_file(recorder(), path("caprec"));
        workload("secretive");
        const std::string text =
            "set -e; PATH=$PATH:/usr/sbin:/sbin; setcap cap_bpf,cap_perfmon+ep caprec; mkdir home; chown 65534 home; "
            "mkdir -m 0700 roots; cp secretive roots/" +
            secret + "-tool; ";
        const Ended ended = run({{"sh", "-c", text + GetParam().prepare}, directory(), {}, {}, -1, false});
        if (ended.status != 0)
            GTEST_SKIP() << "cannot prepare it here: " << ended.err;
        write("neighbour", neighbour_.pid());
    }

    const Neighbour neighbour_{take_secrets};

    Recorded recorded() const {
        Launch plan;
        plan.argv = {path("caprec"), "-o", "home/run.cap", "--wait", "--", "sh", "-c", GetParam().command};
        plan.directory = directory();
        plan.prepare = become_person;
        return {run(plan), Trace::read(path("home/run.cap"))};
    }
};

bool has_secret(std::uint64_t word) {
    std::uint64_t whole = 0;
    std::memcpy(&whole, secret.data(), sizeof whole);
    const auto low = static_cast<std::uint32_t>(whole), high = static_cast<std::uint32_t>(whole >> 32);
    for (const std::uint32_t part : {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)})
        if (part == low || part == high)
            return true;
    return false;
}

TEST_P(Secrets, AreInNoByteThatWasWritten) {
    const auto [ended, trace] = recorded();
    EXPECT_EQ(faults_of(trace), "") << ended.err;
    EXPECT_EQ((ended.err + ended.out).find(secret), std::string::npos) << ended.err;
    const std::string all = unpacked("home/run.cap");
    EXPECT_EQ(all.find(secret), std::string::npos) << all.substr(all.find(secret) - 20, 60);
    std::size_t withheld = 0;
    for (const CheckRow& check : trace.checks) {
        for (const std::uint64_t argument : check.args)
            EXPECT_FALSE(has_secret(argument)) << trace.syscall_of(check);
        if (const auto outcome = trace.outcome_of(check))
            EXPECT_FALSE(has_secret(static_cast<std::uint64_t>(*outcome))) << trace.syscall_of(check);
        if ((check.flags & check_arguments_withheld) == 0)
            continue;
        ++withheld;
        if ((check.flags & check_before_exec) != 0)
            continue;
        EXPECT_EQ(check.object, ObjectId()) << trace.object_of(check);
        EXPECT_EQ(check.user_stack, UserStackId());
        const auto outcome = trace.outcome_of(check);
        EXPECT_TRUE(!outcome || (*outcome <= 0 && *outcome >= -4095)) << trace.syscall_of(check);
        // heap, stack, code: nothing that can be an address, not even one of 32 bits
        const std::string call = trace.syscall_of(check);
        if (call == "brk" || call == "mmap" || call == "munmap" || call == "execve")
            EXPECT_EQ(check.args[0], 0u) << call;
    }
    expect_nothing_of(neighbour_, trace);
    EXPECT_FALSE(trace.refusals.empty());
    EXPECT_GE(trace.requests.size(), 3u);
    for (const CapabilityRequestRow& row : trace.requests)
        for (const std::uint64_t word : {row.effective, row.permitted, row.inheritable, row.version, row.target})
            EXPECT_FALSE(has_secret(word));
    EXPECT_GE(withheld, 10u) << "the program was not one that may not be traced: the test shows nothing";
}

// The caller may not see the recorder's own memory between fork and exec either.
TEST_P(Secrets, NothingOfTheRecordersMemory) {
    const auto [ended, trace] = recorded();
    std::size_t before = 0;
    for (const CheckRow& check : trace.checks) {
        if ((check.flags & check_before_exec) == 0)
            continue;
        ++before;
        for (const std::uint64_t argument : check.args)
            EXPECT_EQ(argument >> 32, 0u) << trace.syscall_of(check);
        EXPECT_NE(check.flags & check_arguments_withheld, 0u);
    }
    EXPECT_GE(before, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Secrets,
    ::testing::Values(
        Way{"SetUserId", "chmod 4755 secretive", "./secretive thread"},
        Way{"SetGroupId", "chmod 2755 secretive", "./secretive thread"},
        Way{"SetUserIdAndDropped", "chmod 4755 secretive", "./secretive drop"},
        Way{"NotReadable", "chmod 0711 secretive", "./secretive thread"},
        Way{"FileCapabilities", "setcap cap_chown,cap_sys_nice+ep secretive", "./secretive thread"},
        Way{"StartedByOne", "chmod 4755 secretive", "./secretive exec roots"},
        Way{"StartedByANotReadableOne",
            "chmod 0711 secretive; mkdir open; cp secretive open/S3cr3tXY-tool; chmod 0711 open/S3cr3tXY-tool",
            "./secretive exec open"},
        Way{"MadeUndumpable", "true", "./secretive undumpable thread; true"},
        Way{"InASetUserIdShell",
            "chmod 4755 secretive; printf '#!/bin/sh\\n./secretive exec roots & wait\\n' "
            "> run.sh; chmod 755 run.sh",
            "./run.sh"}),
    [](const auto& row) { return std::string(row.param.name); });

// The caller of an ordinary program could look at it, but not at the processes that it asks about, nor out of a jail.
class Surroundings : public LiveTest {
protected:
    void SetUp() override {
        LiveTest::SetUp();
        if (HasFatalFailure() || IsSkipped())
            return;
        if (!programs_gain_privilege(directory()))
            GTEST_SKIP() << "programs cannot gain privilege on this file system";
        fs::copy_file(recorder(), path("caprec"));
        const Ended ended = run({{"sh", "-c",
                                  "PATH=$PATH:/usr/sbin:/sbin; setcap cap_bpf,cap_perfmon+ep caprec && mkdir home && "
                                  "chown 65534 home"},
                                 directory(),
                                 {},
                                 {},
                                 -1,
                                 false});
        if (ended.status != 0)
            GTEST_SKIP() << "cannot prepare it here: " << ended.err;
    }

    Trace recorded(const std::string& command, const std::function<void()>& prepare) const {
        Launch plan;
        plan.argv = {path("caprec"), "-o", "home/run.cap", "--", "sh", "-c", command};
        plan.directory = directory();
        plan.prepare = prepare;
        const Ended ended = run(plan);
        Trace trace = Trace::read(path("home/run.cap"));
        EXPECT_EQ(faults_of(trace), "") << ended.err;
        return trace;
    }
};

TEST_F(Surroundings, NothingOfAProcessThatOneMayNotTrace) {
    const Neighbour neighbour(take_secrets);
    const std::string pid = neighbour.pid();
    const Trace trace = recorded("readlink /proc/" + pid + "/exe; cat /proc/" + pid + "/environ; renice -n 5 -p " +
                                     pid + "; ls /proc/" + pid + "/fd; cat /proc/" + pid + "/maps; true",
                                 become_person);
    EXPECT_FALSE(trace.checks_of("CAP_SYS_PTRACE").empty());
    EXPECT_FALSE(trace.comparisons.empty());
    expect_nothing_of(neighbour, trace);
    EXPECT_EQ(unpacked("home/run.cap").find(secret), std::string::npos);
}

TEST_F(Surroundings, NotWhereTheJailIs) {
    const std::string jail = path(secret + "-jail"), inside = directory();
    ASSERT_EQ(mkdir(jail.c_str(), 0755), 0);
    const Trace trace = recorded("true; /bin/true", [&] {
        if (unshare(CLONE_NEWNS) != 0 || mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("/", jail.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0 || chroot(jail.c_str()) != 0 ||
            chdir(inside.c_str()) != 0)
            _exit(122);
        become_person();
    });
    EXPECT_FALSE(trace.execs_of("true").empty());
    EXPECT_EQ(unpacked("home/run.cap").find(secret), std::string::npos);
}

// Its build id and its hash tell of its contents.
TEST_F(Surroundings, NothingOfWhatStandsInAProgramThatOneMayNotRead) {
    const std::string program = workload("secretive");
    const Trace by_root = sound({"./secretive"});
    const auto content_of = [](const Trace& trace) {
        const std::vector<ExecRow> execs = trace.execs_of("secretive");
        return execs.empty() ? std::string("never executed") : trace.string(execs[0].content);
    };
    const std::string content = content_of(by_root);
    ASSERT_GE(content.size(), 16u);
    ASSERT_EQ(chmod(path("secretive").c_str(), 0711), 0);
    const Trace trace = recorded("./secretive", become_person);
    EXPECT_EQ(content_of(trace), "");
    EXPECT_EQ(unpacked("home/run.cap").find(content), std::string::npos);
}

TEST_F(Surroundings, NoAnswerThatAHiddenProgramGot) {
    workload("netlink_requests");
    const auto answers = [](const Trace& trace) {
        return std::ranges::count_if(trace.outcomes,
                                     [](const OutcomeRow& row) { return (row.acknowledgement & 0xffff) != 0; });
    };
    EXPECT_GE(answers(recorded("./netlink_requests; true", become_person)), 1);
    ASSERT_EQ(chmod(path("netlink_requests").c_str(), 04755), 0);
    EXPECT_EQ(answers(recorded("./netlink_requests; true", become_person)), 0);
}

// /proc/PID/stat tells it only to those who may trace the process.
TEST_F(Surroundings, HowAProgramEndedThatOneMayNotTrace) {
    fs::copy_file("/bin/false", path("tells"));
    ASSERT_EQ(chmod(path("tells").c_str(), 04755), 0);
    const Trace trace = recorded("./tells; /bin/false; exec ./tells", become_person);
    const auto status_of = [&](const ExecRow& exec) {
        const auto exit = std::ranges::find(trace.exits, exec.thread, &ExitRow::thread);
        return exit != trace.exits.end() ? exit->status : 0;
    };
    const std::vector<ExecRow> hidden = trace.execs_of("tells"), open = trace.execs_of("false");
    ASSERT_EQ(hidden.size(), 2u);
    ASSERT_EQ(open.size(), 1u);
    EXPECT_EQ(status_of(hidden[0]), exit_status_withheld);
    EXPECT_EQ(status_of(open[0]), 1u << 8);
    EXPECT_EQ(status_of(hidden[1]), 1u << 8) << "the command itself: the recorder ends with this status";
}

// Nothing is withheld for programs that the caller may trace, except registers that hold no argument of the call.
class Registers : public LiveTest {};

TEST_F(Registers, AreThoseThatACallHas) {
    workload("secretive");
    const Trace trace = sound({"./secretive"});
    std::size_t seen = 0;
    for (const CheckRow& check : trace.checks) {
        EXPECT_EQ(check.flags & check_arguments_withheld, 0u);
        const std::string call = trace.syscall_of(check);
        const std::size_t has = call == "brk"           ? 1
                                : call == "setpriority" ? 3
                                : call == "mkdirat"     ? 3
                                : call == "kill"        ? 2
                                                        : 6;
        for (std::size_t at = has; at < 6; ++at)
            EXPECT_EQ(check.args[at], 0u) << call << " argument " << at;
        seen += has < 6 ? 1 : 0;
    }
    EXPECT_GE(seen, 2u);
}

}  // namespace
}  // namespace caprec
