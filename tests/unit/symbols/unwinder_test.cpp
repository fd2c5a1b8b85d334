// SPDX-License-Identifier: Apache-2.0
//
// Stacks made by hand, in modules that nothing is known about: frame pointers lead through them.
#include "analyzer/symbols/unwind/unwinder.h"

#include <gtest/gtest.h>

#include "tests/unit/symbols/register_numbers.h"

namespace caprec {
namespace {

class UnwinderTest : public testing::Test {
protected:
    UnwinderTest() {
        stack_.kind = UserStackKind::snapshot;
        stack_.bytes = 4096;
        stack_.registers.assign(17, 0);
        stack_.registers[rsp] = encode({ModuleId(), 0});
        stack_.registers[rip] = encode({ModuleId(1), 0x1000});
    }
    void put(std::uint16_t place, UserPointer pointer) {
        stack_.places.push_back(place);
        stack_.pointers.push_back(encode(pointer));
    }
    UnwoundStack unwound() {
        UnwoundStack result;
        unwinder_.unwind(stack_, result);
        return result;
    }

    UserStack stack_;
    Unwinder unwinder_{[](ModuleId) { return nullptr; }};
};

TEST_F(UnwinderTest, FramePointers) {
    stack_.registers[rbp] = encode({ModuleId(), 16});
    put(2, {ModuleId(), 64});
    put(3, {ModuleId(2), 0x200});
    put(9, {ModuleId(3), 0x300});  // the outermost frame's pointer is 0
    const UnwoundStack result = unwound();
    const std::vector<CodePlace> expected = {
        {ModuleId(1), 0x1000, true}, {ModuleId(2), 0x200, false}, {ModuleId(3), 0x300, false}};
    EXPECT_EQ(result.frames, expected);
    EXPECT_EQ(result.end, UnwindEnd::no_information);
    EXPECT_EQ(result.frames[1].lookup_offset(), 0x1ffu);
    EXPECT_EQ(result.frames[0].lookup_offset(), 0x1000u);
}

TEST_F(UnwinderTest, CirclesEnd) {
    stack_.registers[rbp] = encode({ModuleId(), 16});
    put(2, {ModuleId(), 16});
    put(3, {ModuleId(2), 0x200});
    EXPECT_EQ(unwound().frames.size(), 2u);
}

TEST_F(UnwinderTest, DeepOnesAreCut) {
    stack_.bytes = 32 << 10;
    stack_.registers[rbp] = encode({ModuleId(), 0});
    for (std::uint16_t i = 0; i < 2000; ++i) {
        put(static_cast<std::uint16_t>(2 * i), {ModuleId(), 16u * (i + 1)});
        put(static_cast<std::uint16_t>(2 * i + 1), {ModuleId(2), 0x200});
    }
    const UnwoundStack result = unwound();
    EXPECT_EQ(result.frames.size(), Unwinder::max_frames);
    EXPECT_EQ(result.end, UnwindEnd::too_deep);
}

TEST_F(UnwinderTest, NothingToStartFrom) {
    stack_.registers[rip] = encode({ModuleId(), 8});  // no code
    EXPECT_TRUE(unwound().frames.empty());
    stack_.registers[rip] = 0;
    EXPECT_TRUE(unwound().frames.empty());
    stack_.registers.resize(5);  // no architecture has so many
    EXPECT_TRUE(unwound().frames.empty());
    stack_.registers.clear();
    EXPECT_EQ(unwound().end, UnwindEnd::nothing_recorded);
}

TEST_F(UnwinderTest, PointersThatNoStackHas) {
    stack_.registers[rbp] = encode({ModuleId(), UserPointer::max_offset});
    stack_.registers[rsp] = encode({ModuleId(), UserPointer::max_offset - 8});
    put(0xffff, {ModuleId(1), 1});
    stack_.places.push_back(1);  // a place without a pointer
    EXPECT_EQ(unwound().frames.size(), 1u);
}

TEST_F(UnwinderTest, ArmHasOtherNumbers) {
    constexpr std::size_t frame = 29, stack_pointer = 31, pc = 32;
    stack_.registers.assign(33, 0);
    stack_.registers[stack_pointer] = encode({ModuleId(), 0});
    stack_.registers[pc] = encode({ModuleId(1), 0x1000});
    stack_.registers[frame] = encode({ModuleId(), 16});
    put(3, {ModuleId(2), 0x200});
    EXPECT_EQ(unwound().frames.size(), 2u);
}

}  // namespace
}  // namespace caprec
