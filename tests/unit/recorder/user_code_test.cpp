// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_code.h"

#include <gtest/gtest.h>

#include "tests/support/memory_stream.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

constexpr std::uint64_t code_at = 0x550000000000;

// The output for processes that map files, and have stacks or none.
struct Code : testing::Test {
    MemorySink sink;
    TraceWriter writer{sink};
    UserCode code{writer, true};
    std::uint64_t order = 0;

    Code() { writer.header(plausible_header()); }

    void process(std::uint64_t id, std::uint32_t tgid, std::uint64_t time, std::uint64_t creator = 1) {
        ev_task task{};
        task.header.thread = task.process = id;
        task.header.time = time;
        task.creator_process = creator;
        task.recorder_tgid = tgid;
        code.on(task);
    }
    void maps(std::uint32_t tgid, std::uint64_t time, const char* path, std::uint64_t start = code_at) {
        MappingRecord record;
        record.time = time;
        record.tgid = tgid;
        record.start = start;
        record.length = 0x1000;
        record.path = path;
        code.on(record);
    }
    void exec(std::uint32_t tgid, std::uint64_t time) {
        MappingRecord record;
        record.kind = MappingRecord::Kind::new_program;
        record.time = time;
        record.tgid = tgid;
        code.on(record);
    }
    void stack(std::uint64_t process, std::uint64_t time, std::uint64_t ip = code_at, std::uint64_t thread = 0) {
        ev_user_stack event{};
        event.header.thread = thread != 0 ? thread : process;
        event.header.time = time;
        event.process = process;
        event.kind = EV_STACK_SNAPSHOT;
        event.registers[EV_REGISTER_IP] = ip;
        code.on(event, {}, order);
    }
    UserStackId stack_of(std::uint64_t thread, std::uint64_t time) {
        ev_check check{};
        check.header.thread = thread;
        check.header.time = time;
        check.user_stack = 1;
        return code.stack_of(check);
    }
    bool is_written(const std::string& path) {
        writer.flush();
        const std::string all(reinterpret_cast<const char*>(sink.data.data()), sink.data.size());
        return all.find(path) != all.npos;  // packed, words without zero bytes stay as they are
    }
};

constexpr const char* own_file = "/ownownownownownownownownownownown";
constexpr const char* secret_file = "/secretsecretsecretsecretsecretsec";

TEST_F(Code, MappingsAreWrittenWithAStack) {
    process(2, 20, 1);
    maps(20, 10, own_file);
    EXPECT_FALSE(is_written("ownownow"));
    EXPECT_EQ(order, 0u);
    stack(2, 20);
    EXPECT_TRUE(is_written("ownownow"));
    EXPECT_EQ(order, 1u);
    EXPECT_NE(stack_of(2, 20), UserStackId());
    EXPECT_EQ(code.lost_stacks(), 0u);
}

// A program with more privilege than the recorder's caller has no stack.
TEST_F(Code, NothingIsWrittenOfProcessesWithoutAStack) {
    process(2, 20, 1);
    maps(20, 10, own_file);
    stack(2, 20);
    exec(20, 30);
    maps(20, 40, secret_file);
    process(3, 30, 50, 2);
    maps(30, 60, secret_file);
    EXPECT_FALSE(is_written("retsecre"));
}

// Events may come later than the mappings of a later program.
TEST_F(Code, NothingIsWrittenOfALaterProgram) {
    process(2, 20, 1);
    maps(20, 10, own_file);
    maps(20, 40, secret_file);  // the record of the exec was lost
    stack(2, 20);
    process(3, 30, 25, 2);
    stack(3, 50);
    EXPECT_FALSE(is_written("retsecre"));
    EXPECT_EQ(code.lost_stacks(), 2u);  // the code that they point into is not known any more
}

TEST_F(Code, AStackWithoutCodeIsCounted) {
    process(2, 20, 1);
    stack(2, 10);
    EXPECT_EQ(code.lost_stacks(), 1u);
    maps(20, 20, "//anon");
    stack(2, 30);
    EXPECT_EQ(code.lost_stacks(), 1u);
    stack(2, 40, code_at + 0x1000);
    EXPECT_EQ(code.lost_stacks(), 2u);
    UserCode refused(writer, false);  // the kernel tells of no mappings, and a message said so
    ev_user_stack event{};
    event.kind = EV_STACK_SNAPSHOT;
    refused.on(event, {}, order);
    EXPECT_EQ(refused.lost_stacks(), 0u);
}

TEST_F(Code, StacksThatNoCheckTookAreCountedWhenTheyMakeRoom) {
    process(2, 20, 1);
    maps(20, 10, own_file);
    for (std::uint64_t thread = 100; thread < 100 + UserCode::max_waiting; ++thread)
        stack(2, 20, code_at, thread);
    EXPECT_NE(stack_of(100, 20), UserStackId());
    EXPECT_EQ(code.lost_stacks(), 0u);
    stack(2, 20, code_at, 1);
    EXPECT_EQ(code.lost_stacks(), UserCode::max_waiting - 1);
    EXPECT_EQ(stack_of(101, 20), UserStackId());
    EXPECT_NE(stack_of(1, 20), UserStackId());
}

}  // namespace
}  // namespace caprec
