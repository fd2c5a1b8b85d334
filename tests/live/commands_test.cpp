// SPDX-License-Identifier: Apache-2.0
//
// Ordinary commands: the README's promises about them.
#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Commands : public LiveTest {};

TEST_F(Commands, ACommandThatNeedsNothingAsksForMemoryOnly) {
    const Trace trace = sound({"bash", "-c", "/bin/true; :"});
    EXPECT_GT(trace.checks.size(), 0u);
    for (const CheckRow& check : trace.checks) {
        EXPECT_EQ(capability_name(static_cast<unsigned>(check.capability)), "CAP_SYS_ADMIN");
        EXPECT_TRUE(trace.has_frame(check, "security_vm_enough_memory_mm")) << "order " << check.order;
    }
    EXPECT_EQ(trace.execs_of("bash").size(), 1u);
    EXPECT_EQ(trace.execs_of("true").size(), 1u);
}

TEST_F(Commands, ChownAndNice) {
    const Trace trace = sound({"sh", "-c", "touch f; chown nobody f; nice -n -5 true"});

    const auto chowns = trace.checks_of("CAP_CHOWN");
    ASSERT_EQ(chowns.size(), 1u);
    EXPECT_TRUE(chowns[0].granted());
    EXPECT_EQ(trace.syscall_of(chowns[0]), "fchownat");
    EXPECT_EQ(trace.object_of(chowns[0]), "f");
    EXPECT_TRUE(trace.has_frame(chowns[0], "setattr_prepare"));
    EXPECT_EQ(trace.outcome_of(chowns[0]), 0);
    EXPECT_EQ(chowns[0].args[2], 65534u);

    const auto nices = trace.checks_of("CAP_SYS_NICE");
    ASSERT_GE(nices.size(), 1u);
    for (const CheckRow& check : nices) {
        EXPECT_TRUE(check.granted());
        EXPECT_EQ(trace.syscall_of(check), "setpriority");
        EXPECT_EQ(trace.outcome_of(check), 0);
        EXPECT_EQ(check.context, static_cast<std::uint64_t>(CheckContext::task));
    }
    const TaskRow* task = trace.task(chowns[0].thread);
    ASSERT_NE(task, nullptr);
    const auto chown = trace.execs_of("chown");
    ASSERT_EQ(chown.size(), 1u);
    EXPECT_EQ(chown[0].process, task->process);
    EXPECT_EQ(trace.arguments_of(chown[0]), (std::vector<std::string>{"chown", "nobody", "f"}));
}

TEST_F(Commands, TheHeaderTellsWhatRanAndWhere) {
    const Trace trace = sound({"true", "one", "two words"});
    EXPECT_EQ(trace.header.command, (std::vector<std::string>{"true", "one", "two words"}));
    EXPECT_EQ(trace.header.working_directory, directory());
    EXPECT_EQ(trace.header.hook, HookKind::tracepoint);
    EXPECT_FALSE(trace.header.blind_spots.empty());
    EXPECT_FALSE(trace.header.kernel_release.empty());
    EXPECT_FALSE(trace.header.boot_id.empty());
    EXPECT_FALSE(trace.header.sysctls.empty());
    EXPECT_EQ(trace.header.caller_uid, 0u);
    EXPECT_EQ(trace.header.target_thread, trace.tasks.at(0).thread);
    EXPECT_EQ(trace.tasks.at(0).creator, 0u);
    EXPECT_EQ(trace.header.home_namespace.level, 0u);
    EXPECT_FALSE(trace.header.withholding);
    ASSERT_TRUE(trace.footer);
    EXPECT_EQ(trace.footer->reason, EndReason::command_ended);
    EXPECT_EQ(trace.footer->target.kind, TargetStatus::Kind::exited);
    EXPECT_GE(trace.footer->end.monotonic, trace.header.start.monotonic);
    for (const CheckRow& check : trace.checks) {
        EXPECT_GE(check.time, trace.header.start.monotonic - 10'000'000'000);
        EXPECT_LE(check.time, trace.footer->end.monotonic);
    }
}

TEST_F(Commands, ChecksBeforeTheExecAreToldApart) {
    const Trace trace = sound({"id", "-u"}, {"-u", "nobody"});
    const auto groups = trace.checks_of("CAP_SETGID"), users = trace.checks_of("CAP_SETUID");
    EXPECT_GE(groups.size(), 1u);
    EXPECT_GE(users.size(), 1u);
    ASSERT_EQ(trace.execs.size(), 1u);
    for (const CheckRow& check : trace.checks) {
        // while the exec goes on the command is not there yet
        EXPECT_EQ((check.flags & check_before_exec) != 0, check.order < trace.execs[0].order)
            << "order " << check.order;
    }
}

TEST_F(Commands, EveryStackIsWalkedWhenAskedFor) {
    const std::string calls = workload("denied_calls");
    const Trace some = sound({calls, "10000"}), all = sound({calls, "10000"}, {"--stacks"});
    const auto walked = [](const Trace& trace) {
        std::size_t count = 0;
        for (const CheckRow& check : trace.priority_checks(-5))
            count += (check.flags & check_walked) != 0;
        return count;
    };
    EXPECT_EQ(some.priority_checks(-5).size(), 10000u);
    EXPECT_GE(walked(some), 64u);
    EXPECT_LT(walked(some), 10000u);
    EXPECT_EQ(walked(all), 10000u);
    EXPECT_TRUE(all.header.walk_every_stack);
}

}  // namespace
}  // namespace caprec
