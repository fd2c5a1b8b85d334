// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "analyzer/sites/user_stacks.h"
#include "tests/support/trace_builder.h"
#include "tests/unit/symbols/register_numbers.h"

namespace caprec {
namespace {

// A stack whose frame pointers lead through a module and back into it.
Bytes trace_with_module(const std::string& name) {
    TraceBuilder builder;
    Module module;
    module.name = builder.string(name);
    module.kind = ModuleKind::user;
    module.build_id = "an id of 20 bytes...";
    const ModuleId id = builder.writer().define(module);
    UserStack stack;
    stack.kind = UserStackKind::snapshot;
    stack.bytes = 64;
    stack.registers.resize(17);
    stack.registers[rip] = encode({id, 0x1000});
    stack.registers[rsp] = encode({ModuleId(), 0});
    stack.registers[rbp] = encode({ModuleId(), 16});
    stack.places = {2, 3};
    stack.pointers = {encode({ModuleId(), 48}), encode({id, 0x2000})};
    EXPECT_EQ(builder.writer().define(stack), UserStackId(1));
    return builder.finish();
}

ResolvedStack only_stack(const std::string& module) {
    const Bytes trace = trace_with_module(module);
    MemorySource source(trace);
    TraceReader reader(source);
    while (reader.next() != ReadStatus::end)
        EXPECT_EQ(reader.damage(), "");
    UserStacks stacks(reader, {});
    return stacks.stack(UserStackId(1));
}

// A function that keeps no frame pointer would be left out without a word.
TEST(MissingFile, FramePointersDoNotLeadOn) {
    const ResolvedStack stack = only_stack("/absent/program");
    ASSERT_EQ(stack.frames.size(), 1u);
    EXPECT_EQ(stack.frames[0].offset, 0x1000u);
    EXPECT_EQ(stack.incomplete, "the file of the last frame was not found, or not used");
}

TEST(MissingFile, CodeMadeAtRunTimeHasNone) {
    const ResolvedStack stack = only_stack("//anon");
    ASSERT_EQ(stack.frames.size(), 2u);
    EXPECT_EQ(stack.frames[1].offset, 0x2000u);
}

}  // namespace
}  // namespace caprec
