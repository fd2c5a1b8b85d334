// SPDX-License-Identifier: Apache-2.0
//
// The advice of a message against a loss or a limit helps: it is followed, and the loss is gone.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <map>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

using Words = std::vector<std::string>;

constexpr const char* larger_buffer = "a larger --buffer-size helps";
constexpr const char* no_user_stacks = "--user-stacks=none does without mappings";

// Runs its words while the recorder is stopped, so that events without room are lost whatever the machine does; then
// waits until the recorder has written something, and makes a few events more.  On one CPU: the kernel tells that
// records of mappings were lost with the next one on the same.
constexpr const char* while_stopped = R"sh(kill -STOP $PPID
while ! grep -q '^State:.T' /proc/$PPID/status; do :; done
"$@"
status=$?
size=$(stat -c %s run.cap)
kill -CONT $PPID
while [ "$(stat -c %s run.cap)" = "$size" ];
do
    sleep 0.02; done
/bin/true
exit $status
)sh";

int a_cpu() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    int cpu = 0;
    while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &allowed))
        ++cpu;
    return cpu;
}

// A loss that is provoked, and the cure that is followed.
struct LostRows {
    const char* name;
    Words work;     // arguments of the workload fill_tables
    Words options;  // options under which it loses
    std::map<std::string, std::uint64_t Losses::*> lost;
    const char* advice;
    Words cure;              // the options, the advice followed
    bool incomplete = true;  // false: no answer is the worse for it
};

class Advice : public AnalyzedTest, public ::testing::WithParamInterface<LostRows> {
protected:
    Recorded record_stopped(const Words& options) const {
        Words words = {"taskset", "-c", std::to_string(a_cpu()), "sh", "stopped.sh", workload("fill_tables")};
        words.insert(words.end(), GetParam().work.begin(), GetParam().work.end());
        words.push_back(process_);
        Recorded recorded = record(words, options);
        EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
        return recorded;
    }
    void SetUp() override {
        AnalyzedTest::SetUp();
        write("stopped.sh", while_stopped);
        write("f", "");
        Launch plan;
        plan.argv = {"sleep", "1000"};
        other_.emplace(plan);
        process_ = std::to_string(other_->pid());
    }

private:
    std::optional<Child> other_;
    std::string process_;
};

TEST_P(Advice, AgainstALossHelps) {
    const LostRows& each = GetParam();
    const Recorded losing = record_stopped(each.options);
    ASSERT_TRUE(losing.trace.footer) << losing.ended.err;
    for (const auto& [name, count] : each.lost)
        EXPECT_GT(losing.trace.footer->losses.*count, 0u) << name << ": " << losing.ended.err;
    EXPECT_EQ(losing.ended.err.find("INCOMPLETE") != std::string::npos, each.incomplete) << losing.ended.err;
    EXPECT_NE(losing.ended.err.find(each.advice), std::string::npos) << losing.ended.err;
    EXPECT_EQ(capanalyze({"minimal", "run.cap"}).status, each.incomplete ? 2 : 0);
    for (const std::string command : {"report", "info", "tree"}) {
        const Ended told = capanalyze({command, "run.cap"});
        EXPECT_EQ((told.out + told.err).find("INCOMPLETE") != std::string::npos, each.incomplete)
            << command << ": " << told.out;
        if (each.incomplete || command != "tree")  // it shows no user stacks
            EXPECT_NE((told.out + told.err).find(each.advice), std::string::npos) << command << ": " << told.out;
    }
    const Recorded cured = record_stopped(each.cure);
    ASSERT_TRUE(cured.trace.footer) << cured.ended.err;
    Losses lost = cured.trace.footer->losses;
    lost.first_seen = 0;  // rows beside the events; these are all there
    EXPECT_EQ(lost, Losses{}) << cured.ended.err;
    EXPECT_EQ(cured.ended.err.find("INCOMPLETE"), std::string::npos) << cured.ended.err;
    EXPECT_EQ(capanalyze({"report", "run.cap"}).out.find("INCOMPLETE"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Loss, Advice,
                         ::testing::Values(LostRows{"Checks",
                                                    {"paths", "3000"},
                                                    {"--buffer-size", "64K"},
                                                    {{"checks", &Losses::checks},
                                                     {"outcomes", &Losses::outcomes},
                                                     {"user stacks", &Losses::user_stacks}},
                                                    larger_buffer,
                                                    {"--buffer-size", "64M"}},
                                           LostRows{"ProcessEvents",
                                                    {"names", "3000"},
                                                    {"--buffer-size", "64K"},
                                                    {{"process events", &Losses::processes}},
                                                    larger_buffer,
                                                    {"--buffer-size", "64M"}},
                                           LostRows{"Comparisons",
                                                    {"links", "3000"},
                                                    {"--buffer-size", "64K", "--user-stacks", "none"},
                                                    {{"comparisons", &Losses::comparisons}},
                                                    larger_buffer,
                                                    {"--buffer-size", "4M", "--user-stacks", "none"}},
                                           LostRows{"UserStacks",
                                                    {"stacks", "1000"},
                                                    {"--buffer-size", "1M", "--stacks"},
                                                    {{"user stacks", &Losses::user_stacks}},
                                                    larger_buffer,
                                                    {"--buffer-size", "64M", "--stacks"}},
                                           LostRows{"Credentials",
                                                    {"credentials", "20000"},
                                                    {"--buffer-size", "64M", "--user-stacks", "none"},
                                                    {{"credentials", &Losses::credentials}},
                                                    larger_buffer,
                                                    {"--buffer-size", "128M", "--user-stacks", "none"}},
                                           LostRows{"Objects",
                                                    {"paths", "70000"},
                                                    {"--buffer-size", "64M", "--user-stacks", "none", "--stacks"},
                                                    {{"objects", &Losses::objects}},
                                                    larger_buffer,
                                                    {"--buffer-size", "128M", "--user-stacks", "none", "--stacks"}},
                                           LostRows{"Mappings",
                                                    {"maps", "20000"},
                                                    {"--buffer-size", "64M"},
                                                    {{"mappings", &Losses::mappings}},
                                                    no_user_stacks,
                                                    {"--buffer-size", "64M", "--user-stacks", "none"},
                                                    false}),
                         [](const auto& row) { return std::string(row.param.name); });

class Limits : public AnalyzedTest {
protected:
    Recorded with_limit(const std::string& limit, const std::string& options, const std::string& command) const {
        Launch plan;
        plan.argv = {"sh", "-c",
                     limit + "; exec " + recorder() + " -o " + trace_path() + " " + options + " -- " + command};
        plan.directory = directory();
        return record(plan);
    }
};

TEST_F(Limits, OfMemoryAreMetBeforeTheCommandRunsAndASmallerBufferNeedsLess) {
    int refused = 0, ran = 0;
    for (int kib = 60'000; kib <= 260'000; kib += 10'000) {
        unlink(path("ran").c_str());
        const Recorded recorded = with_limit("ulimit -v " + std::to_string(kib), "", "touch ran");
        if (recorded.ended.status == 0) {
            EXPECT_EQ(faults_of(recorded.trace), "") << kib;
            ++ran;
            continue;
        }
        ++refused;
        EXPECT_EQ(recorded.ended.status, 125) << kib << recorded.ended.err;
        EXPECT_NE(access(path("ran").c_str(), F_OK), 0) << kib << recorded.ended.err;
        EXPECT_NE(recorded.ended.err.find("a smaller --buffer-size needs less"), std::string::npos)
            << kib << recorded.ended.err;
    }
    EXPECT_GE(refused, 2);
    EXPECT_GE(ran, 2);
    const Recorded small = with_limit("ulimit -v 100000", "--buffer-size 1M", "true");
    EXPECT_EQ(small.ended.status, 0) << small.ended.err;
    EXPECT_EQ(faults_of(small.trace), "");
}

// Wherever they run out, a message says so, and 70 are enough.
TEST_F(Limits, OfOpenFilesAreTold) {
    for (int files = 8; files <= 70; files += 4) {
        const Recorded recorded = with_limit("ulimit -n " + std::to_string(files), "", "true");
        if (recorded.ended.status == 0) {
            EXPECT_EQ(recorded.trace.status, ReadStatus::end) << files;
            EXPECT_TRUE(files < 68 || faults_of(recorded.trace).empty()) << recorded.ended.err;
            continue;
        }
        EXPECT_LT(files, 68);
        EXPECT_EQ(recorded.ended.status, 125) << files << recorded.ended.err;
        EXPECT_NE(recorded.ended.err.find("raise the limit (ulimit -n)"), std::string::npos)
            << files << recorded.ended.err;
    }
}

TEST_F(Limits, OfLockedMemoryAreNoHindrance) { EXPECT_EQ(faults_of(with_limit("ulimit -l 0", "", "true").trace), ""); }

// From now on a system call of the calling process fails with that error, as by a limit of the whole system, but nobody
// else notices.
void refuse(int call, int error) {
    const sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program = {std::size(instructions), const_cast<sock_filter*>(instructions)};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(99);
}

TEST_F(Limits, OfTheSystemAreToldApart) {
    const struct {
        int call, error;
        const char* text;
    } rows[] = {{SYS_bpf, ENFILE, "raise fs.file-max"},
                {SYS_pipe2, ENFILE, "raise fs.file-max"},
                {SYS_pipe2, EMFILE, "raise the limit (ulimit -n)"},
                {SYS_bpf, ENOMEM, "a smaller --buffer-size needs less"},
                {SYS_clone, EAGAIN, "pids.max"},
                {SYS_signalfd4, ENFILE, "raise fs.file-max"},
                {SYS_epoll_create1, ENFILE, "raise fs.file-max"}};
    for (const auto& row : rows) {
        Launch plan = launch({"touch", "ran"});
        plan.prepare = [&] { refuse(row.call, row.error); };
        const Ended ended = run(plan);
        EXPECT_EQ(ended.status, 125) << row.call << ended.err;
        EXPECT_NE(ended.err.find(row.text), std::string::npos) << row.call << ended.err;
        EXPECT_EQ(ended.err.find("on the host"), std::string::npos) << ended.err;
        EXPECT_NE(access(path("ran").c_str(), F_OK), 0) << row.call << ended.err;
    }
}

TEST_F(Limits, WithoutRecordsOfMappingsTheAdviceHelps) {
    Launch plan = launch({"true"});
    plan.prepare = [] { refuse(SYS_perf_event_open, EACCES); };
    const Recorded refused = record(plan);
    EXPECT_EQ(refused.ended.status, 0) << refused.ended.err;
    EXPECT_NE(refused.ended.err.find("--user-stacks=none does without"), std::string::npos) << refused.ended.err;
    EXPECT_NE(capanalyze({"info", "run.cap"}).out.find("records of mappings"), std::string::npos);
    plan = launch({"true"}, {"--user-stacks=none", "-q"});
    plan.prepare = [] { refuse(SYS_perf_event_open, EACCES); };
    EXPECT_EQ(record(plan).ended.err, "");
}

// The advice is --wait where processes are still running.
TEST_F(Limits, WaitingFindsWhatSurvivorsNeed) {
    write("f", "");
    const Words late = {"sh", "-c",
                        "(while kill -0 $$ 2>/dev/null || ! test -e go; do sleep 0.01; done; chown 65534 f) & :"};
    const Recorded without = record(late);
    write("go", "");
    EXPECT_NE(without.ended.err.find("--wait follows them to their end"), std::string::npos) << without.ended.err;
    EXPECT_NE(capanalyze({"minimal", "run.cap"}).err.find("caprec --wait"), std::string::npos);
    const Recorded with = record(late, {"--wait"});
    EXPECT_EQ(with.ended.err.find("still running"), std::string::npos) << with.ended.err;
    EXPECT_EQ(capanalyze({"minimal", "--format", "text", "run.cap"}).out, "CAP_CHOWN\n");
}

}  // namespace
}  // namespace caprec
