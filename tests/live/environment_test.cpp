// SPDX-License-Identifier: Apache-2.0
//
// The command finds the same environment as without the recorder.
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Environment : public LiveTest {
protected:
    // The output of the shell text is the same by itself and below the recorder, after the same preparations.
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

// The recorder holds the capabilities that it needs to the end, and no more; nobody may look into its memory.
TEST_F(Environment, TheRecorderItselfKeepsFourCapabilities) {
    constexpr std::uint64_t four = std::uint64_t{1} << 39 | 1u << 5 | 1u << 2 | 1u << 19, nice = 1u << 23;
    const Recorded recorded = record({"sh", "-c", "grep -E '^Cap(Prm|Eff|Inh|Amb)' /proc/$PPID/status"});
    // one more where another task may be left out while the recorder reads a map
    const auto& programs = recorded.trace.header.attached_programs;
    const bool by_events = std::ranges::find(programs, "tp/capability/cap_capable") != programs.end();
    const std::uint64_t kept =
        four | (by_events || recorded.trace.header.hook == HookKind::kprobe ? nice : std::uint64_t{0});
    std::istringstream lines(recorded.ended.out);
    std::string name;
    std::uint64_t bits = 0;
    int found = 0;
    for (; lines >> name >> std::hex >> bits; ++found) {
        const bool held = name == "CapPrm:" || name == "CapEff:";
        EXPECT_EQ(bits, held ? kept : 0u) << name << " (CAP_BPF, CAP_KILL, CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE)";
    }
    EXPECT_EQ(found, 4);
}

TEST_F(Environment, TheRecorderIsNotDumpable) {
    // the files in /proc of a process that is not dumpable are root's, whoever it runs as
    const std::string text = "stat -c %u /proc/$$/environ /proc/$PPID/environ";
    Launch as_nobody = launch({"sh", "-c", text});
    as_nobody.argv.insert(as_nobody.argv.begin(), {"setpriv", "--reuid", "nobody", "--clear-groups", "--inh-caps",
                                                   "+bpf,+perfmon,+kill", "--ambient-caps", "+bpf,+perfmon,+kill"});
    const auto output = std::ranges::find(as_nobody.argv, trace_path());
    ASSERT_NE(output, as_nobody.argv.end());
    *output = "/dev/null";
    const Ended ended = run(as_nobody);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.out, "65534\n0\n");
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

// root's HOME is closed to others: a program that looks for its settings there would be denied.
TEST_F(Environment, AnotherUsersVariables) {
    const std::string text = "env | grep -E '^(HOME|LOGNAME|USER|SHELL|XDG_RUNTIME_DIR|ONE)=' | sort";
    Launch plan = launch({"sh", "-c", text}, {"-u", "nobody"});
    plan.environment = {"HOME=/root", "USER=root", "SHELL=/bin/bash", "XDG_RUNTIME_DIR=/run/user/0", "ONE=1"};
    EXPECT_EQ(run(plan).out, "HOME=/nonexistent\nLOGNAME=nobody\nONE=1\nUSER=nobody\n");
    plan = launch({"sh", "-c", text}, {"-u", "54321"});
    EXPECT_EQ(run(plan).out, "HOME=/\nLOGNAME=54321\nUSER=54321\n");
    plan = launch({"sh", "-c", text}, {"-u", "root"});
    EXPECT_EQ(run(plan).out, "HOME=/root\nLOGNAME=root\nSHELL=/bin/bash\nUSER=root\n");
}

TEST_F(Environment, AnotherUsersPathAndPlace) {
    ASSERT_EQ(mkdir(path("closed").c_str(), 0700), 0);
    Launch plan = launch({"sh", "-c", "echo $PATH; pwd"}, {"-u", "nobody"});
    plan.environment = {"PATH=" + path("closed") + ":/usr/bin:/bin"};
    EXPECT_EQ(run(plan).out, "/usr/bin:/bin\n" + directory() + "\n");
    plan.directory = path("closed");
    const Ended ended = run(plan);
    EXPECT_EQ(ended.out, "/usr/bin:/bin\n/\n");
    EXPECT_NE(ended.err.find("runs in /"), std::string::npos) << ended.err;
}

TEST_F(Environment, AUserByNumber) {
    const Recorded recorded = record({"sh", "-c", "id -u; id -g; id -G"}, {"-u", "54321"});
    EXPECT_EQ(recorded.ended.out, "54321\n54321\n54321\n") << recorded.ended.err;
}

}  // namespace
}  // namespace caprec
