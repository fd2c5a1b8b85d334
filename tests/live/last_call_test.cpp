// SPDX-License-Identifier: Apache-2.0
// The last of many equal calls is the one that matters: the kernel site is known of each check, and not just of its
// kind.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <tuple>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

struct LastWrite {
    const char* how;
    long count;
};

std::string written_name(const testing::TestParamInfo<LastWrite>& tested) {
    return std::string(tested.param.how) + std::to_string(tested.param.count);
}

std::string lower_name(std::string_view capability) {  // as setpriv(1) writes it
    std::string name(capability.substr(std::string_view("CAP_").size()));
    std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::tolower(letter); });
    return name;
}

class LastCall : public AnalyzedTest, public testing::WithParamInterface<LastWrite> {
protected:
    // The number of checks by capability and place; without those outside of syscalls, which depend on the machine's
    // mood.
    using Places = std::map<std::tuple<std::string, std::uint64_t, std::vector<std::string>>, int>;
    static Places places(const Trace& trace) {
        Places places;
        for (const CheckRow& check : trace.checks)
            if (check.abi != 0 && (check.flags & check_before_exec) == 0)
                ++places[{trace.syscall_of(check), check.capability, own_frames(trace.stack_of(check))}];
        return places;
    }
    // The frames without the recorder's own, which are those of the program that took the stack.
    static std::vector<std::string> own_frames(std::vector<std::string> stack) {
        while (!stack.empty() && stack.front() != "cap_capable" && stack.front() != "security_capable")
            stack.erase(stack.begin());
        return stack;
    }
};

TEST_P(LastCall, IsInTheSet) {
    const std::vector<std::string> command = {workload("last_call"), GetParam().how, std::to_string(GetParam().count)};
    for (const std::vector<std::string>& options : {std::vector<std::string>{}, std::vector<std::string>{"--stacks"}}) {
        const Recorded recorded = record(command, options);
        if (recorded.ended.status == 77)
            GTEST_SKIP() << "no io_uring here";
        ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
        const nlohmann::json report = json({"--json", "report", "run.cap"});
        EXPECT_EQ(minimal(report), Names{"CAP_SYS_ADMIN"}) << (options.empty() ? "" : options[0]);
        EXPECT_TRUE(rules(report, "CAP_SYS_ADMIN").contains("decided"));
        EXPECT_FALSE(rules(report, "CAP_SYS_ADMIN").contains("unwalked-ambiguous"));
        for (const CheckRow& check : recorded.trace.checks)
            ASSERT_NE(check.stack, StackId()) << recorded.trace.syscall_of(check) << ", order " << check.order;
    }
}

INSTANTIATE_TEST_SUITE_P(Of, LastCall,
                         testing::Values(LastWrite{"write", 10}, LastWrite{"write", 3000}, LastWrite{"write", 100000},
                                         LastWrite{"writev", 30000}, LastWrite{"pwrite", 30000}, LastWrite{"uring", 10},
                                         LastWrite{"uring", 30000}, LastWrite{"fallocate", 30000},
                                         LastWrite{"thread", 30000}, LastWrite{"fork", 30000},
                                         LastWrite{"threads", 30000}),
                         written_name);

struct Request {
    const char* how;
    const char* capability;  // only the last call needs it
    long count;
};

std::string request_name(const testing::TestParamInfo<Request>& tested) {
    return std::string(tested.param.how) + std::to_string(tested.param.count);
}

// The same for calls about a file or a socket, some of which are equal to the last bit.
class LastRequest : public AnalyzedTest, public testing::WithParamInterface<Request> {
protected:
    void SetUp() override {
        AnalyzedTest::SetUp();
        if (HasFatalFailure() || IsSkipped())
            return;
        workload("last_request");
        write("file", "");
        ASSERT_EQ(mkdir(path("folder").c_str(), 0755), 0);
        for (const char* name : {"file", "folder"})
            ASSERT_EQ(chown(path(name).c_str(), 65534, 65534), 0);
    }

    // The exit status with just these capabilities.
    int status_with(const std::string& set) const {
        return run({{"setpriv", "--bounding-set", set, "--inh-caps", "-all", "./last_request", GetParam().how, "10"},
                    directory(),
                    {},
                    {},
                    -1,
                    false})
            .status;
    }
};

TEST_P(LastRequest, IsInTheSetThatIsTheTruth) {
    const auto& [how, capability, count] = GetParam();
    const std::string lower = lower_name(capability);
    const int alone = status_with("-all,+" + lower);
    if (alone == 77)
        GTEST_SKIP() << how << " cannot be tried here";
    ASSERT_EQ(alone, 0);
    ASSERT_EQ(status_with("+all,-" + lower), 1);
    for (const std::vector<std::string>& options : {std::vector<std::string>{}, std::vector<std::string>{"--stacks"}}) {
        const Recorded recorded = record_all({"./last_request", how, std::to_string(count)}, options);
        ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
        const nlohmann::json report = json({"--json", "report", "run.cap"});
        EXPECT_EQ(minimal(report), Names{capability}) << (options.empty() ? "" : options[0]);
        EXPECT_FALSE(rules(report, capability).contains("unwalked-ambiguous"));
        EXPECT_FALSE(rules(report, capability).contains("unknown-site"));
    }
}

std::vector<Request> requests() {
    constexpr std::pair<const char*, const char*> ways[] = {
        {"ioctl", "CAP_SYS_ADMIN"},      {"fibmap", "CAP_SYS_RAWIO"},  {"openat", "CAP_SYS_ADMIN"},
        {"setsockopt", "CAP_NET_ADMIN"}, {"sendmsg", "CAP_SYS_ADMIN"}, {"netlink", "CAP_NET_ADMIN"},
        {"fcntl", "CAP_LEASE"},
    };
    std::vector<Request> requests;
    for (const auto& [how, capability] : ways)
        for (const long count : {10L, 3000L, 100000L})
            requests.push_back({how, capability, count});
    return requests;
}

INSTANTIATE_TEST_SUITE_P(Of, LastRequest, testing::ValuesIn(requests()), request_name);

class ManyCalls : public LastCall {};

// A look at a check tells the same as a walk.  Past the first checks of a kind, the path of a call is not always taken:
// then none is told, and never another call's.
TEST_F(ManyCalls, AreJudgedByWhatTheyActedOnThemselves) {
    Launch plan;
    plan.argv = {"sleep", "1000"};
    const Child other(plan);
    const std::string process = std::to_string(other.pid());
    for (const std::string count : {"10", "3000", "30000"})
        for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--stacks"}}) {
            const Trace trace = sound({workload("proc_folders"), count, process}, options);
            const std::vector<CheckRow> checks = trace.checks_of("CAP_DAC_READ_SEARCH");
            ASSERT_EQ(checks.size(), std::stoul(count) + 1);
            const Ended events = capanalyze({"events", "--all", "--cap", "CAP_DAC_READ_SEARCH", "--json", "run.cap"});
            std::istringstream lines(events.out);
            std::map<std::string, std::size_t> verdicts;
            std::string line, last;
            while (std::getline(lines, line)) {
                const nlohmann::json event = nlohmann::json::parse(line);
                if (event.at("type") != "check")
                    continue;
                last = event.at("verdict");
                ++verdicts[last];
                const std::string object = event.at("object").is_string() ? event.at("object") : "";
                EXPECT_TRUE(object.empty() ||
                            object == (last == "not_needed" ? "/proc/self/fd" : "/proc/" + process + "/fd"))
                    << line;
            }
            EXPECT_EQ(last, "alternative") << count;
            EXPECT_EQ(verdicts["not_needed"], std::stoul(count)) << count;
            EXPECT_EQ(verdicts["alternative"], 1u) << count;
        }
}

TEST_F(ManyCalls, ComeFromWhereAWalkSaysThatTheyDo) {
    workload("last_call");
    const std::vector<std::string> command = {
        "sh", "-c",
        "for how in write writev pwrite fallocate; do ./last_call $how 3000 || exit 1; done; "
        "mkdir d; for i in 1 2 3 4 5 6 7 8 9; do ln -s f d/$i; chown -h 65534 d/$i; done; touch d/f; chmod 0 d/f; "
        "setpriv --reuid 65534 --clear-groups --inh-caps +dac_override --ambient-caps +dac_override cat d/f d/f d/f; "
        "ls -l d >/dev/null; mv d e; rm -r e"};
    const Trace known = sound(command), walked = sound(command, {"--stacks"});
    const Places by_look = places(known), by_walk = places(walked);
    EXPECT_GT(by_walk.size(), 10u);
    EXPECT_EQ(by_look, by_walk);
}

// A full ring leaves the kinds of check: the last call is of another kind than the others, though only the kernel knows
// a difference.
TEST_F(ManyCalls, LeaveTheLastOneAsAKindWhenTheRingIsFull) {
    const Recorded recorded = record({workload("last_call"), "write", "400000"}, {"--buffer-size", "64K"});
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    bool found = false;
    for (const Trace::Kind& kind : recorded.trace.kinds)
        found = found || recorded.trace.has_frame(kind.first, "proc_sys_call_handler");
    EXPECT_TRUE(found);
    EXPECT_EQ(minimal(json({"--json", "report", "run.cap"})), Names{"CAP_SYS_ADMIN"});
}

}  // namespace
}  // namespace caprec
