// SPDX-License-Identifier: Apache-2.0
//
// User stacks and mappings as the recorder writes them: their contents, contents that they must not have, and the
// reason where there is no stack.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class UserStacks : public LiveTest {
protected:
    // The one check that the workload makes on purpose.
    static CheckRow the_check(const Trace& trace) {
        std::vector<CheckRow> found;
        for (const CheckRow& check : trace.checks_of("CAP_SYS_NICE"))
            if (static_cast<int>(check.args[2]) == -7)
                found.push_back(check);
        EXPECT_EQ(found.size(), 1u);
        return found.empty() ? CheckRow{} : found[0];
    }
    CheckRow check_of(const std::string& shape, const std::vector<std::string>& options = {}) {
        trace = sound({workload("stack_shapes"), shape}, options);
        return the_check(trace);
    }
    std::string module_of(std::uint64_t encoded) const {
        const auto pointer = decode_pointer(encoded);
        return pointer && pointer->module != ModuleId() ? trace.module_name(pointer->module) : "";
    }

    Trace trace = {};
};

TEST_F(UserStacks, AreTakenWithTheirRegisters) {
    const CheckRow check = check_of("secret");
    ASSERT_NE(check.user_stack, UserStackId());
    const UserStack& stack = trace.user_stack(check.user_stack);
    EXPECT_EQ(stack.kind, UserStackKind::snapshot);
    EXPECT_EQ(stack.flags, 0u);
    EXPECT_GT(stack.bytes, 100u);
    EXPECT_LT(stack.bytes, 20'000u);  // arguments and environment, which lie above, are not in it
    const std::size_t ip = stack.registers.size() - 1;
    EXPECT_NE(module_of(stack.registers[ip]).find("libc"), std::string::npos);
    std::size_t in_program = 0;
    for (const std::uint64_t pointer : stack.pointers)
        in_program += module_of(pointer).ends_with("/stack_shapes") ? 1 : 0;
    EXPECT_GE(in_program, 2u);  // the returns to with_secret and to main
    EXPECT_EQ(trace.header.user_stacks, UserStackMode::snapshot);
    EXPECT_EQ(trace.header.mapping_source, MappingSource::perf);
    EXPECT_TRUE(trace.files.contains("[vdso]"));
}

// There are secrets on the stack, and in the environment above it.
TEST_F(UserStacks, HoldNoSecret) {
    Launch plan = launch({workload("stack_shapes"), "secret"});
    plan.environment.push_back("CAPREC_TEST_TOKEN=tok3n-in-the-environment");
    const Recorded recorded = record(plan);
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    ASSERT_NE(the_check(recorded.trace).user_stack, UserStackId());
    const std::string all = unpacked("run.cap");
    ASSERT_NE(all.find("stack_shapes"), std::string::npos);  // texts in the trace can be found this way
    std::string token = "KvHuWhlF";
    for (char& letter : token)
        letter = static_cast<char>(letter ^ 3);
    for (const std::string& text : {token, std::string("tok3n-in"), std::string("TEST_TOKEN")})
        for (std::size_t at = 0; at + 4 <= text.size(); ++at)
            EXPECT_EQ(all.find(text.substr(at, 4)), std::string::npos) << text.substr(at, 4);
}

TEST_F(UserStacks, OfTwoRunsAreTheSame) {
    const CheckRow first = check_of("secret");
    const UserStack one = trace.user_stack(first.user_stack);
    const CheckRow second = check_of("secret");
    const UserStack two = trace.user_stack(second.user_stack);
    EXPECT_EQ(one.bytes, two.bytes);
    EXPECT_EQ(one.places, two.places);  // the modules may have other ids, the words stand where they stood
}

TEST_F(UserStacks, MoreThanIsKeptIsCut) {
    const CheckRow check = check_of("deep");
    const UserStack& stack = trace.user_stack(check.user_stack);
    EXPECT_EQ(stack.flags, user_stack_cut);
    EXPECT_EQ(stack.bytes, 32768u);
}

TEST_F(UserStacks, OfHandlers) {
    const CheckRow normal = check_of("handler");
    EXPECT_EQ(trace.user_stack(normal.user_stack).flags, 0u);
    const CheckRow alternate = check_of("alternate");
    const UserStack& stack = trace.user_stack(alternate.user_stack);
    EXPECT_EQ(stack.flags, user_stack_alternate);
    EXPECT_LE(stack.bytes, 32768u);
}

TEST_F(UserStacks, OfThreadsEndAtTheirDescriptor) {
    const CheckRow check = check_of("thread");
    const UserStack& stack = trace.user_stack(check.user_stack);
    EXPECT_EQ(stack.flags, 0u);
    EXPECT_GT(stack.bytes, 100u);
    EXPECT_LT(stack.bytes, 16'000u);
}

TEST_F(UserStacks, OfWorkersThereAreNone) {
    write("secret", "x", 0600);
    Recorded recorded = record({workload("uring_async"), "secret"});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "no io_uring here";
    trace = std::move(recorded.trace);
    EXPECT_EQ(faults_of(trace), "");
    std::size_t of_workers = 0;
    for (const CheckRow& check : trace.checks)
        if ((check.flags & check_io_worker) != 0) {
            EXPECT_EQ(check.user_stack, UserStackId());
            ++of_workers;
        }
    EXPECT_GE(of_workers, 1u);
}

TEST_F(UserStacks, InTheMiddleOfAnExecThereAreNone) {
    trace = sound({"sh", "-c", "/bin/true; /bin/true; exec /bin/true"});
    std::size_t in_exec = 0, of_programs = 0;
    for (const CheckRow& check : trace.checks) {
        if ((check.flags & check_in_exec) != 0) {
            EXPECT_EQ(check.user_stack, UserStackId());
            const std::string name = trace.syscall_of(check);
            EXPECT_TRUE(name.starts_with("execve")) << name;
            ++in_exec;
        } else if (check.user_stack != UserStackId()) {
            EXPECT_EQ(trace.user_stack(check.user_stack).flags & user_stack_no_mappings, 0u);
            ++of_programs;
        }
    }
    EXPECT_GE(in_exec, 3u);
    EXPECT_GE(of_programs, 10u);
}

TEST_F(UserStacks, AlongFramePointers) {
    const CheckRow check = check_of("secret", {"--user-stacks=fp"});
    const UserStack& stack = trace.user_stack(check.user_stack);
    EXPECT_EQ(stack.kind, UserStackKind::frame_pointers);
    ASSERT_FALSE(stack.pointers.empty());
    EXPECT_NE(module_of(stack.pointers[0]).find("libc"), std::string::npos);
    EXPECT_EQ(trace.header.buffer_bytes, 16u << 20);
}

TEST_F(UserStacks, NoneWhenNoneAreWanted) {
    const CheckRow check = check_of("secret", {"--user-stacks=none"});
    EXPECT_EQ(check.user_stack, UserStackId());
    EXPECT_TRUE(trace.mappings.empty());
    EXPECT_FALSE(trace.files.contains("[vdso]"));
    EXPECT_EQ(trace.header.user_stacks, UserStackMode::none);
    EXPECT_EQ(trace.header.mapping_source, MappingSource::none);
}

// There are the program, its libraries and the loader, for the followed processes and for no others.
TEST_F(UserStacks, MappingsAreThoseOfTheCommand) {
    trace = sound({"/bin/true"});
    std::vector<std::string> names;
    for (const MappingRow& row : trace.mappings) {
        EXPECT_EQ(row.process, trace.header.target_thread);
        EXPECT_GT(row.length, 0u);
        names.push_back(trace.module_name(row.module));
    }
    const auto has = [&](const std::string& end) {
        return std::ranges::any_of(names, [&](const std::string& name) { return name.ends_with(end); });
    };
    EXPECT_TRUE(has("/true"));
    EXPECT_TRUE(has("/libc.so.6"));
    EXPECT_TRUE(has("[vdso]"));
    EXPECT_TRUE(std::ranges::none_of(names, [](const std::string& name) { return name.find("caprec") != name.npos; }));
}

TEST_F(UserStacks, EveryProcessOfManyHasItsMappings) {
    trace = sound({"sh", "-c", "i=0; while [ $i -lt 200 ]; do /bin/nice -n -1 /bin/true; i=$((i+1)); done"});
    std::size_t stacks = 0, without = 0;
    for (const CheckRow& check : trace.checks)
        if (check.user_stack != UserStackId()) {
            ++stacks;
            without += (trace.user_stack(check.user_stack).flags & user_stack_no_mappings) != 0 ? 1 : 0;
        }
    EXPECT_GE(stacks, 1000u);
    EXPECT_EQ(without, 0u);
    EXPECT_LT(trace.user_stack_count(), 200u);  // 400 processes make equal calls
}

}  // namespace
}  // namespace caprec
