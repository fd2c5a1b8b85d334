// SPDX-License-Identifier: Apache-2.0
//
// Calls that end in EPERM or EACCES for a reason other than a capability are reported as just that.
#include <algorithm>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

struct RefusedCall {
    const char* name;
    const char* script;   // for sh; exit status 77: this cannot be tried here
    const char* syscall;  // one of these words
    const char* error;
    const char* why;
};

// mkdirat is answered with EPERM by a filter of seccomp(2).
constexpr const char* filtered = R"(exec python3 -c '
import ctypes, errno, os, platform, struct
number = {"x86_64": 258, "aarch64": 34}.get(platform.machine())
if number is None:
    os._exit(77)
libc = ctypes.CDLL(None, use_errno=True)
code = struct.pack("HBBIHBBIHBBIHBBI", 0x20, 0, 0, 0, 0x15, 0, 1, number, 6, 0, 0, 0x50000 | errno.EPERM, 6, 0, 0, 0x7fff0000)
text = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxQ", 4, ctypes.addressof(text))
libc.prctl(38, 1, 0, 0, 0)
if libc.prctl(22, 2, program) != 0:
    os._exit(77)
os._exit(0 if libc.syscall(number, -100, b"d", 0o700) != 0 else 1)')";

constexpr RefusedCall refused_calls[] = {
    {"Immutable", "touch f; chattr +i f || exit 77; rm -f f; r=$?; chattr -i f; test $r = 1", "unlinkat", "EPERM",
     "immutable"},
    {"AppendOnly", "touch f; chattr +a f || exit 77; truncate -s 9 f; r=$?; chattr -a f; test $r = 1", "openat",
     "EPERM", "append-only"},
    {"NoExec", "mkdir m; exec unshare -m sh -c 'mount -t tmpfs -o noexec none m; cp /bin/true m/t; m/t; test $? = 126'",
     "execve", "EACCES", "noexec"},
    {"NoExecMapping",
     "mkdir m; exec unshare -m sh -c 'mount -t tmpfs -o noexec none m; cp /bin/true m/t; "
     "exec python3 -c \"import mmap, os\ntry: mmap.mmap(os.open(\\\"m/t\\\", os.O_RDONLY), 4096, mmap.MAP_PRIVATE, "
     "mmap.PROT_READ | mmap.PROT_EXEC)\nexcept PermissionError: pass\"'",
     "mmap", "EPERM", "noexec"},
    {"BeyondNrOpen", "prlimit --nofile=2000000000:2000000000 true; test $? = 1", "prlimit64", "EPERM", "fs.nr_open"},
    {"Filtered", filtered, "mkdirat", "EPERM", "seccomp"},
    {"Sealed",
     "exec python3 -c 'import fcntl, os\nf = os.memfd_create(\"x\", os.MFD_ALLOW_SEALING)\nfcntl.fcntl(f, 1033, 8)\n"
     "try: os.write(f, b\"x\")\nexcept PermissionError: pass'",
     "write", "EPERM", "seal"},
};

class Refusal : public AnalyzedTest, public ::testing::WithParamInterface<RefusedCall> {
protected:
    static bool told(const nlohmann::json& calls) {
        return std::ranges::any_of(calls, [](const nlohmann::json& call) {
            return call.at("syscall") == GetParam().syscall && call.at("errno") == GetParam().error &&
                   call.at("why").get<std::string>().find(GetParam().why) != std::string::npos;
        });
    }
};

TEST_P(Refusal, IsToldOfWhereverOneLooks) {
    const Recorded recorded = record({"sh", "-c", GetParam().script});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "this cannot be tried here";
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    const std::string trace = trace_path(), sum = path("sum.cap");
    ASSERT_EQ(capanalyze({"merge", "-o", sum, trace}).status, 0);
    for (const std::string& each : {trace, sum}) {
        const nlohmann::json report = json({"--json", each});
        EXPECT_TRUE(told(report.at("refused_otherwise"))) << report.at("refused_otherwise").dump(1);
        EXPECT_TRUE(told(json({"why", "--json", each, "chown"}).at("refused_otherwise")));
        EXPECT_EQ(report.at("failures").size(), 0u);
        EXPECT_NE(capanalyze({"why", each, "chown"}).out.find("not a matter of capabilities"), std::string::npos);
    }
    EXPECT_TRUE(told(json({"tree", "--json", trace}).at("refused_otherwise")));
    EXPECT_NE(capanalyze({"tree", trace}).out.find("not a matter of capabilities"), std::string::npos);
    EXPECT_NE(capanalyze({"events", trace}).out.find(" refusal "), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, Refusal, ::testing::ValuesIn(refused_calls),
                         [](const auto& instance) { return std::string(instance.param.name); });

class NoRefusal : public AnalyzedTest {};

// EROFS says itself what it is, and a denied capability is told elsewhere.
TEST_F(NoRefusal, IsTold) {
    const nlohmann::json found =
        report({"unshare", "-m", "sh", "-c", "mkdir m; mount -t tmpfs -o ro none m; touch m/f; test $? = 1"});
    EXPECT_EQ(found.at("refused_otherwise").size(), 0u);
    const nlohmann::json denied = report({"sh", "-c", "chown root /; test $? = 1"}, 0, {"-u", "nobody"});
    EXPECT_EQ(denied.at("refused_otherwise").size(), 0u) << denied.at("refused_otherwise").dump(1);
}

// This holds even after so many kinds of refusals that there is no place left for its kind.
TEST_F(NoRefusal, HidesAFileThatCannotBeExecuted) {
    Launch plan;
    plan.argv = {"sh", "-c", "cp /bin/true f && setcap cap_net_raw=ep f"};
    plan.directory = directory();
    if (run(plan).status != 0)
        GTEST_SKIP() << "files have no capabilities here";
    plan.argv = {"setpriv",
                 "--bounding-set",
                 "-net_raw",
                 "--inh-caps",
                 "-all",
                 recorder(),
                 "-q",
                 "-o",
                 "run.cap",
                 "--",
                 "sh",
                 "-c",
                 "perl -e 'for (1..5000) { mkdir qq(/sys/kernel/none$_) and exit 1 }' && { ./f; test $? = 126; }"};
    const Ended ended = run(plan);
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(trace_path());
    ASSERT_TRUE(trace.footer);
    if (trace.footer->losses.refusals == 0)
        GTEST_SKIP() << "folders cannot be made in /sys, for another reason than EPERM";
    EXPECT_EQ(trace.footer->losses.outcomes, 0u);
    EXPECT_EQ(listed(json({"--json", trace_path()}), "failures"), Names{"CAP_NET_RAW"});
}

}  // namespace
}  // namespace caprec
