// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_stacks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

namespace caprec {
namespace {

constexpr std::uint64_t stack_at = 0x7ffc00001000, program_code_at = 0x550000000000;

AddressSpace program_at(std::uint64_t address, std::uint64_t time = 0) {
    AddressSpace space;
    space.add({address, address + 0x4000, 0x1000,
               std::make_shared<UserModule>(UserModule{"/bin/x", "", 0, 0, ModuleId()}), time});
    return space;
}

AddressSpace one_program() { return program_at(program_code_at); }

struct Taken {
    ev_user_stack event{};
    std::vector<std::byte> memory;
};

Taken snapshot(const std::vector<std::uint64_t>& words, std::uint64_t sp = stack_at,
               std::uint64_t code = program_code_at) {
    Taken taken;
    taken.event.kind = EV_STACK_SNAPSHOT;
    taken.event.bytes = words.size() * 8;
    taken.event.registers[EV_REGISTER_SP] = sp;
    taken.event.registers[EV_REGISTER_IP] = code + 0x20;
    taken.memory.resize(taken.event.bytes);
    std::memcpy(taken.memory.data(), words.data(), taken.memory.size());
    return taken;
}

UserStack scrubbed(const Taken& taken, const AddressSpace& space = one_program()) {
    return scrub(taken.event, taken.memory, space, [](UserModule&) { return ModuleId(3); });
}

TEST(UserStacks, OnlyPointersAreKept) {
    const std::uint64_t secret = 0x6472307773736150;  // "Passw0rd"
    Taken taken = snapshot(
        {secret, program_code_at + 8, 0, stack_at + 16, stack_at - 8, program_code_at + 0x4000, stack_at + 64, 17});
    taken.event.registers[0] = secret;
    taken.event.registers[1] = program_code_at;
    taken.event.registers[2] = stack_at + 8;
    const UserStack stack = scrubbed(taken);
    EXPECT_EQ(stack.kind, UserStackKind::snapshot);
    EXPECT_EQ(stack.bytes, 64u);
    EXPECT_EQ(stack.places, (std::vector<std::uint16_t>{1, 3, 6}));
    EXPECT_EQ(stack.pointers,
              (std::vector{encode({ModuleId(3), 0x1008}), encode({ModuleId(), 16}), encode({ModuleId(), 64})}));
    ASSERT_EQ(stack.registers.size(), std::size_t{EV_REGISTERS});
    EXPECT_EQ(stack.registers[0], 0u);
    EXPECT_EQ(stack.registers[1], encode({ModuleId(3), 0x1000}));
    EXPECT_EQ(stack.registers[2], encode({ModuleId(), 8}));
    EXPECT_EQ(stack.registers[EV_REGISTER_SP], encode({ModuleId(), 0}));
    EXPECT_EQ(stack.registers[EV_REGISTER_IP], encode({ModuleId(3), 0x1020}));
    EXPECT_EQ(stack.flags, 0u);
}

TEST(UserStacks, AreTheSameWhereverTheProgramWasLoaded) {
    const AddressSpace elsewhere = program_at(0x560000000000);
    const UserStack here = scrubbed(snapshot({program_code_at + 8, 1, stack_at + 16}));
    const UserStack there =
        scrubbed(snapshot({0x560000000008, 2, 0x7fff00000010}, 0x7fff00000000, 0x560000000000), elsewhere);
    EXPECT_EQ(here, there);
    std::uint64_t next = 0;
    UserStackTable table([&](const UserStack&) { return UserStackId(++next); });
    EXPECT_EQ(table.id(here), UserStackId(1));
    EXPECT_EQ(table.id(there), UserStackId(1));
    UserStack other = here;
    other.flags = user_stack_cut;
    EXPECT_EQ(table.id(other), UserStackId(2));
    other = here;
    other.places[0] = 2;
    EXPECT_EQ(table.id(other), UserStackId(3));
}

TEST(UserStacks, CodeThatIsNotKnownIsSaid) {
    Taken taken = snapshot({1, program_code_at});
    EXPECT_EQ(scrubbed(taken, AddressSpace()).flags, user_stack_no_mappings);
    EXPECT_EQ(scrubbed(taken).flags, 0u);
    taken.event.kind = EV_STACK_FRAME_POINTERS;
    EXPECT_EQ(scrubbed(taken).flags, user_stack_no_mappings);
}

TEST(UserStacks, NothingIsToldOfModulesThatNoPointerIsIn) {
    std::size_t asked = 0;
    const auto count = [&](UserModule&) { return ModuleId(++asked); };
    const Taken taken = snapshot({program_code_at, program_code_at + 8}, stack_at, program_code_at);
    (void)scrub(taken.event, taken.memory, program_at(0x560000000000), count);
    EXPECT_EQ(asked, 0u);
    (void)scrub(taken.event, taken.memory, program_at(program_code_at, taken.event.header.time + 1),
                count);  // a later program
    EXPECT_EQ(asked, 0u);
    (void)scrub(taken.event, taken.memory, one_program(), count);
    EXPECT_EQ(asked, 3u);
}

TEST(UserStacks, ALengthThatTheMemoryHasNotIsNotBelieved) {
    Taken taken = snapshot({program_code_at, program_code_at});
    taken.event.bytes = 1u << 20;
    EXPECT_EQ(scrubbed(taken).bytes, 16u);
    taken.memory.resize(13);
    EXPECT_EQ(scrubbed(taken).bytes, 8u);
}

TEST(UserStacks, FramesOfAWalk) {
    Taken taken = snapshot({program_code_at + 4, 0x1234, program_code_at + 8});
    taken.event.kind = EV_STACK_FRAME_POINTERS;
    const UserStack stack = scrubbed(taken);
    EXPECT_EQ(stack.kind, UserStackKind::frame_pointers);
    EXPECT_EQ(stack.pointers,
              (std::vector{encode({ModuleId(3), 0x1004}), std::uint64_t{0}, encode({ModuleId(3), 0x1008})}));
    EXPECT_TRUE(stack.places.empty() && stack.registers.empty());
    EXPECT_EQ(stack.bytes, 0u);
}

}  // namespace
}  // namespace caprec
