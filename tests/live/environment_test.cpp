// SPDX-License-Identifier: Apache-2.0
//
// What the command finds: the same as without the recorder.
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <sstream>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Environment : public LiveTest {
protected:
    // Output of the shell text, run by itself and below the recorder, after the same preparations.
    void expect_same(const std::string& text, const std::vector<std::string>& environment = {},
                     const std::function<void()>& prepare = {}) const {
        Launch alone{{"sh", "-c", text}, directory(), environment, prepare, -1, false};
        Launch recorded = launch({"sh", "-c", text});
        recorded.environment = environment;
        recorded.prepare = prepare;
        const Ended expected = run(alone), seen = run(recorded);
        EXPECT_EQ(expected.status, 0) << expected.err;
        EXPECT_EQ(seen.status, 0) << seen.err;
        EXPECT_FALSE(expected.out.empty());
        EXPECT_EQ(seen.out, expected.out) << text;
    }
};

void unusual_signals() {
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int number : {SIGUSR1, SIGTERM, SIGRTMIN + 3})
        sigaddset(&blocked, number);
    sigprocmask(SIG_BLOCK, &blocked, nullptr);
    for (const int number : {SIGUSR2, SIGCHLD, SIGPIPE, SIGHUP, SIGINT})
        ::signal(number, SIG_IGN);
}

void unusual_limits() {
    const rlimit files{123, 456}, locked{65536, 131072}, stack{4 << 20, 16 << 20}, core{0, 0};
    setrlimit(RLIMIT_NOFILE, &files);
    setrlimit(RLIMIT_MEMLOCK, &locked);
    setrlimit(RLIMIT_STACK, &stack);
    setrlimit(RLIMIT_CORE, &core);
    umask(0137);
}

TEST_F(Environment, OpenFiles) {
    expect_same("find /proc/$$/fd -mindepth 1 -printf '%f %l\\n'; :");
    const Recorded recorded = record({"ls", "/proc/self/fd"});
    EXPECT_EQ(recorded.ended.out, "0\n1\n2\n3\n") << "3 is the listed directory itself";
}

TEST_F(Environment, Limits) {
    expect_same("cat /proc/self/limits; umask");
    expect_same("cat /proc/self/limits; umask", {}, unusual_limits);
}

TEST_F(Environment, Signals) {
    expect_same("grep -E '^(Sig|Shd)(Blk|Ign|Cgt|Pnd):' /proc/self/status");
    expect_same("grep -E '^(Sig|Shd)(Blk|Ign|Cgt|Pnd):' /proc/self/status", {}, unusual_signals);
}

TEST_F(Environment, Credentials) {
    expect_same(
        "grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp):' /proc/self/status; "
        "readlink /proc/self/ns/*; cat /proc/self/oom_score_adj /proc/self/loginuid /proc/self/cgroup");
}

TEST_F(Environment, VariablesAndPlace) {
    expect_same("env | grep -v ^_= | sort; pwd", {"ONE=1", "TWO=a b\tc", "EMPTY="});
    expect_same("cut -d' ' -f6,19 /proc/self/stat; cat /proc/self/comm");
}

TEST_F(Environment, StandardInput) {
    write("input", "from the input\n");
    const Recorded recorded =
        record({{"sh", "-c", "\"$0\" -o run.cap -- cat < input", recorder()}, directory(), {}, {}, -1, false});
    EXPECT_EQ(recorded.ended.out, "from the input\n");
}

// The recorder holds what it needs to the end, and no more; nobody may look into its memory.
TEST_F(Environment, TheRecorderItselfKeepsTwoCapabilities) {
    const Recorded recorded = record({"sh", "-c", "grep -E '^Cap(Prm|Eff|Inh|Amb)' /proc/$PPID/status"});
    std::istringstream lines(recorded.ended.out);
    std::string name;
    std::uint64_t bits = 0;
    int found = 0;
    for (; lines >> name >> std::hex >> bits; ++found) {
        const bool held = name == "CapPrm:" || name == "CapEff:";
        EXPECT_EQ(bits, held ? std::uint64_t{1} << 39 | 1u << 5 : 0u) << name << " (CAP_BPF and CAP_KILL)";
    }
    EXPECT_EQ(found, 4);
}

TEST_F(Environment, TheRecorderIsNotDumpable) {
    // the reader has the ids and all capabilities of the recorder: only the dumpable flag can keep it out
    const Recorded recorded = record({"setpriv", "--bounding-set", "-all,+bpf,+kill", "sh", "-c",
                                      "readlink /proc/$$/exe >/dev/null || exit 77; readlink /proc/$PPID/exe"});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "may not even look at itself";
    EXPECT_EQ(recorded.ended.status, 1);
    EXPECT_EQ(recorded.ended.out, "");
}

TEST_F(Environment, AnotherUsersIdsAndGroups) {
    const std::string text = "grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)):' /proc/self/status; id -un";
    const Recorded recorded = record({"sh", "-c", text}, {"-u", "nobody"});
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    const Ended expected =
        run({{"setpriv", "--reuid", "nobody", "--regid", "nogroup", "--init-groups", "sh", "-c", text},
             directory(),
             {},
             {},
             -1,
             false});
    EXPECT_EQ(recorded.ended.out, expected.out);
    const Trace& trace = recorded.trace;
    EXPECT_EQ(faults_of(trace), "");
    EXPECT_EQ(trace.header.run_as_user, "nobody");
    EXPECT_EQ(trace.header.run_as_uid, 65534u);
    ASSERT_FALSE(trace.execs.empty());
    const Credential& credential = trace.credential(trace.execs[0].after);
    EXPECT_EQ(credential.uid, 65534u);
    EXPECT_EQ(credential.suid, 65534u);
    EXPECT_TRUE(credential.permitted.empty());
    EXPECT_EQ(credential.group_count, credential.groups.size());
    for (const std::uint32_t group : credential.groups)
        EXPECT_NE(group, 0u) << "a group of root's";
}

TEST_F(Environment, AUserByNumber) {
    const Recorded recorded = record({"sh", "-c", "id -u; id -g; id -G"}, {"-u", "54321"});
    EXPECT_EQ(recorded.ended.out, "54321\n54321\n54321\n") << recorded.ended.err;
}

}  // namespace
}  // namespace caprec
