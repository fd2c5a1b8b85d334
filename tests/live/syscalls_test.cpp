// SPDX-License-Identifier: Apache-2.0
//
// The syscall that a check belongs to, and how that syscall ended; and checks outside of any syscall.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "schema/syscalls.h"
#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Syscalls : public LiveTest {
protected:
    static CheckRow only(const Trace& trace, int nice_value) {
        const auto found = trace.priority_checks(nice_value);
        EXPECT_EQ(found.size(), 1u) << nice_value;
        return found.empty() ? CheckRow{} : found[0];
    }
};

TEST_F(Syscalls, StackGrowthIsInNoSyscall) {
    const Trace trace = sound({workload("outside_syscalls"), "stack"});
    const CheckRow before = only(trace, -1), after = only(trace, -2);
    EXPECT_EQ(trace.outcome_of(before), -EACCES);
    EXPECT_EQ(trace.outcome_of(after), -EACCES);
    EXPECT_EQ(after.syscall_sequence, before.syscall_sequence + 1);
    std::size_t growths = 0;
    for (const CheckRow& check : trace.checks) {
        if (check.order <= before.order || check.order >= after.order)
            continue;
        ++growths;
        EXPECT_EQ(check.abi, 0u);
        EXPECT_EQ(check.syscall, 0u);
        EXPECT_EQ(check.args, (std::array<std::uint64_t, 6>{}));
        EXPECT_EQ(check.object, ObjectId());
        EXPECT_EQ(trace.outcome_of(check), std::nullopt);
        EXPECT_EQ(check.context, static_cast<std::uint64_t>(CheckContext::task));
        EXPECT_EQ(capability_name(static_cast<unsigned>(check.capability)), "CAP_SYS_ADMIN");
    }
    EXPECT_GE(growths, 200u) << "4 MiB of stack, at least one check each 16 KiB";
}

TEST_F(Syscalls, ASignalHandlerAndTheReturnFromIt) {
    const Trace trace = sound({workload("outside_syscalls"), "signal"});
    const CheckRow inside = only(trace, -3), behind = only(trace, -4);
    EXPECT_EQ(trace.outcome_of(inside), -EACCES);
    EXPECT_EQ(trace.outcome_of(behind), -EACCES);
    EXPECT_GT(behind.syscall_sequence, inside.syscall_sequence + 1) << "the return from the handler is a syscall, too";
}

// The kernel's own number 512 (ERESTARTSYS) stands for "ended by a signal": whether the program sees EINTR or the
// call is made again is decided later.
TEST_F(Syscalls, AnInterruptedCallHasAnOutcomeOfItsOwn) {
    constexpr std::int64_t restart_sys = -512;
    ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
    ASSERT_EQ(chown(path("pipe").c_str(), 65534, 65534), 0);
    const Trace trace = sound({workload("outside_syscalls"), "interrupt", "pipe"});
    std::size_t found = 0;
    for (const CheckRow& check : trace.checks) {
        if (trace.object_of(check) != "pipe" || trace.syscall_of(check) != "openat")
            continue;
        ++found;
        EXPECT_EQ(trace.outcome_of(check), restart_sys);
        EXPECT_TRUE(check.granted());
    }
    EXPECT_GE(found, 1u);
    EXPECT_EQ(trace.outcome_of(only(trace, -5)), 0);
}

TEST_F(Syscalls, The32BitEntryOfA64BitProgram) {
    const Recorded recorded = record({workload("compat_calls")});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "no 32-bit entry here";
    if (recorded.ended.status == 78)
        GTEST_SKIP() << "the 32-bit entry (int 0x80) faults here";
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    const Trace& trace = recorded.trace;
    EXPECT_EQ(faults_of(trace), "");
    const struct {
        int nice_value;
        Abi abi;
        std::uint64_t number;
    } table[] = {{-7, Abi::x86_64, 141}, {-8, Abi::i386, 97}, {-9, Abi::x86_64, 141}};
    for (const auto& row : table) {
        const CheckRow check = only(trace, row.nice_value);
        EXPECT_EQ(check.abi, static_cast<std::uint64_t>(row.abi)) << row.nice_value;
        EXPECT_EQ(check.syscall, row.number) << row.nice_value;
        EXPECT_EQ(check.args[0], 0u) << row.nice_value;
        if (row.abi == Abi::i386)
            EXPECT_EQ(check.args[2], 0xfffffff8u) << "a 32-bit register";
        EXPECT_EQ(trace.outcome_of(check), -EACCES) << row.nice_value;
    }
}

TEST_F(Syscalls, EachThreadsSequenceIsItsOwn) {
    constexpr std::size_t threads = 8, rounds = 200;
    const Trace trace = sound({workload("threads"), std::to_string(threads), std::to_string(rounds)});
    std::map<std::uint64_t, std::vector<CheckRow>> priorities, owners;
    for (const CheckRow& check : trace.checks_of("CAP_SYS_NICE"))
        priorities[check.thread].push_back(check);
    for (const CheckRow& check : trace.checks_of("CAP_CHOWN"))
        owners[check.thread].push_back(check);
    EXPECT_EQ(priorities.size(), threads);
    EXPECT_EQ(owners.size(), threads);
    for (const auto& [thread, checks] : priorities) {
        ASSERT_EQ(checks.size(), rounds);
        ASSERT_EQ(owners[thread].size(), rounds);
        EXPECT_EQ(trace.process_of(checks[0]), trace.header.target_thread);
        for (std::size_t i = 0; i < rounds; ++i) {
            EXPECT_EQ(static_cast<std::int32_t>(checks[i].args[2]), -static_cast<std::int32_t>(i % 20) - 1);
            EXPECT_EQ(checks[i].syscall_sequence, checks[0].syscall_sequence + 3 * i) << "three calls a round";
            EXPECT_EQ(owners[thread][i].syscall_sequence, checks[i].syscall_sequence + 1);
            EXPECT_EQ(trace.outcome_of(checks[i]), -EACCES);
            EXPECT_EQ(trace.outcome_of(owners[thread][i]), -EPERM);
        }
    }
}

TEST_F(Syscalls, AnIoWorkersCheckIsTheSubmittersAndInNoSyscall) {
    write("secret", "x", 0600);
    const Recorded recorded = record({workload("uring_async"), "secret"});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "no io_uring here";
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    EXPECT_EQ(recorded.ended.out, std::to_string(EACCES) + "\n");
    const Trace& trace = recorded.trace;
    EXPECT_EQ(faults_of(trace), "");
    const auto workers = trace.tasks_of(TaskKind::io_worker);
    ASSERT_GE(workers.size(), 1u);
    std::size_t found = 0;
    for (const CheckRow& check : trace.checks) {
        const TaskRow* task = trace.task(check.thread);
        ASSERT_NE(task, nullptr);
        const bool by_worker = task->kind == static_cast<std::uint64_t>(TaskKind::io_worker);
        EXPECT_EQ((check.flags & check_io_worker) != 0, by_worker);
        if (!by_worker)
            continue;
        EXPECT_EQ(check.abi, 0u);
        EXPECT_EQ(check.syscall, 0u);
        EXPECT_EQ(task->process, trace.header.target_thread);
        if (capability_name(static_cast<unsigned>(check.capability)) != "CAP_DAC_OVERRIDE")
            continue;
        ++found;
        EXPECT_FALSE(check.granted());
        EXPECT_EQ(trace.credential(check.credential).euid, 65534u);
        EXPECT_EQ(trace.outcome_of(check), std::nullopt);
    }
    EXPECT_GE(found, 1u);
    EXPECT_EQ(trace.outcome_of(only(trace, -6)), -EACCES);
}

// The answer must be to that very request, not one that was left unread.
TEST_F(Syscalls, NetlinkAnswersWhileItIsAsked) {
    const Trace trace = sound({workload("netlink_requests")});
    std::vector<std::uint64_t> answers;
    std::uint64_t last_sequence = 0;
    for (const CheckRow& row : trace.checks) {
        const std::string name = syscall_name(static_cast<Abi>(row.abi), row.syscall);
        if (row.capability != 12 || (name != "sendto" && name != "sendmsg" && name != "write"))
            continue;
        const auto outcome = std::ranges::find_if(trace.outcomes, [&](const OutcomeRow& each) {
            return each.thread == row.thread && each.syscall_sequence == row.syscall_sequence;
        });
        ASSERT_NE(outcome, trace.outcomes.end()) << name;
        if (answers.empty() || outcome->syscall_sequence != last_sequence)
            answers.push_back(outcome->acknowledgement);
        last_sequence = outcome->syscall_sequence;
    }
    constexpr std::uint64_t not_there = 1 + ENODEV;
    EXPECT_EQ(answers,
              (std::vector<std::uint64_t>{not_there | acknowledgement_names_nothing, not_there, not_there, 0}));
}

// A new task's first return is from its creator's call: it is no outcome, and does not hide one.
class NewTasks : public Syscalls, public ::testing::WithParamInterface<const char*> {};

TEST_P(NewTasks, TheFirstReturnIsNoOutcome) {
    const Trace trace = sound({workload("new_tasks"), GetParam()});
    const CheckRow own = only(trace, -11), creators = only(trace, -12);
    EXPECT_EQ(trace.outcome_of(own), -EACCES);
    EXPECT_EQ(trace.outcome_of(creators), -EACCES);
    EXPECT_NE(own.thread, creators.thread);

    const TaskRow* task = trace.task(own.thread);
    ASSERT_NE(task, nullptr);
    EXPECT_EQ(task->creator, creators.thread);
    const bool is_thread = std::string(GetParam()) == "thread";
    EXPECT_EQ(task->process, is_thread ? creators.thread : own.thread);
    EXPECT_EQ(task->kind, static_cast<std::uint64_t>(is_thread ? TaskKind::thread : TaskKind::process));

    std::size_t births = 0;
    for (const OutcomeRow& row : trace.outcomes) {
        const std::string name = syscall_name(static_cast<Abi>(row.abi), row.syscall);
        if (name != "clone" && name != "clone3" && name != "fork" && name != "vfork")
            continue;
        EXPECT_EQ(row.thread, creators.thread) << name;
        EXPECT_EQ(row.value, task->own_tid) << name;
        ++births;
    }
    if (std::string(GetParam()) == "fork")
        EXPECT_EQ(births, 1u) << "copying the memory asks for CAP_SYS_ADMIN";
}

INSTANTIATE_TEST_SUITE_P(Ways, NewTasks, ::testing::Values("fork", "vfork", "clone3", "thread", "spawn"),
                         [](const auto& way) { return std::string(way.param); });

}  // namespace
}  // namespace caprec
