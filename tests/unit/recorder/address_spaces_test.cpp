// SPDX-License-Identifier: Apache-2.0
#include "recorder/address_spaces.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>
#include <vector>

namespace caprec {
namespace {

Mapping mapping(std::uint64_t start, std::uint64_t end, std::uint64_t offset, ModuleId module, std::uint64_t time = 0) {
    return {start, end, offset, std::make_shared<UserModule>(UserModule{"/lib/x", "", 0, 0, module}), time};
}

std::optional<UserPointer> found(const AddressSpace& space, std::uint64_t address) {
    const Mapping* place = space.find(address);
    return place != nullptr ? std::optional(UserPointer{place->module->id, address - place->start + place->offset})
                            : std::nullopt;
}

MappingRecord mapped(std::uint32_t tgid, std::uint64_t start, std::uint64_t length, std::uint64_t offset,
                     const char* path = "/lib/x") {
    MappingRecord record;
    record.tgid = tgid;
    record.start = start;
    record.length = length;
    record.file_offset = offset;
    record.path = path;
    return record;
}

ev_task process(std::uint64_t id, std::uint64_t creator, std::uint32_t tgid) {
    ev_task task{};
    task.header.thread = task.process = id;
    task.creator_process = creator;
    task.recorder_tgid = tgid;
    task.tgid = tgid + 1000;
    return task;
}

ev_exit last_exit(std::uint64_t process) {
    ev_exit exit{};
    exit.process = process;
    exit.last = 1;
    return exit;
}

TEST(AddressSpace, FindsTheOffsetInTheFile) {
    AddressSpace space;
    EXPECT_FALSE(found(space, 0));
    space.add(mapping(0x1000, 0x3000, 0x500, ModuleId(1)));
    space.add(mapping(0x8000, 0x9000, 0, ModuleId(2)));
    EXPECT_EQ(found(space, 0x1000), (UserPointer{ModuleId(1), 0x500}));
    EXPECT_EQ(found(space, 0x2fff), (UserPointer{ModuleId(1), 0x24ff}));
    EXPECT_EQ(found(space, 0x8fff), (UserPointer{ModuleId(2), 0xfff}));
    for (const std::uint64_t address : {0x0ULL, 0xfffULL, 0x3000ULL, 0x7fffULL, 0x9000ULL, ~0ULL})
        EXPECT_FALSE(found(space, address)) << address;
}

TEST(AddressSpace, ANewMappingTakesThePlaceOfOldOnes) {
    AddressSpace space;
    space.add(mapping(0x1000, 0x9000, 0, ModuleId(1)));
    space.add(mapping(0x3000, 0x4000, 0x10, ModuleId(2)));
    EXPECT_EQ(found(space, 0x2fff), (UserPointer{ModuleId(1), 0x1fff}));
    EXPECT_EQ(found(space, 0x3000), (UserPointer{ModuleId(2), 0x10}));
    EXPECT_EQ(found(space, 0x4000), (UserPointer{ModuleId(1), 0x3000}));
    space.add(mapping(0x2000, 0xa000, 0, ModuleId(3)));
    EXPECT_EQ(found(space, 0x1fff), (UserPointer{ModuleId(1), 0xfff}));
    EXPECT_EQ(found(space, 0x3000), (UserPointer{ModuleId(3), 0x1000}));
    EXPECT_EQ(found(space, 0x9fff), (UserPointer{ModuleId(3), 0x7fff}));
    space.add(mapping(0x9000, 0x9000, 0, ModuleId(4)));
    EXPECT_EQ(found(space, 0x9000), (UserPointer{ModuleId(3), 0x7000}));
}

// Compares it with a page table.
TEST(AddressSpace, AnyMappingsInAnyOrder) {
    std::minstd_rand random(7);
    AddressSpace space;
    std::array<ModuleId, 64> pages{};
    for (ModuleId module(1); module <= ModuleId(2000); ++module) {
        const std::uint64_t first = random() % pages.size(), count = 1 + random() % 8;
        const std::uint64_t end = std::min<std::uint64_t>(first + count, pages.size());
        ASSERT_TRUE(space.add(mapping(first << 12, end << 12, first << 12, module)));
        for (std::uint64_t page = first; page < end; ++page)
            pages[page] = module;
        for (std::uint64_t page = 0; page < pages.size(); ++page) {
            const UserPointer place =
                found(space, (page << 12) + 5).value_or(UserPointer{ModuleId(), (page << 12) + 5});
            ASSERT_EQ(place.module, pages[page]) << "page " << page << " after " << module.value();
            ASSERT_EQ(place.offset, (page << 12) + 5);
        }
    }
}

TEST(AddressSpace, HasALimit) {
    AddressSpace space;
    bool room = true;
    for (std::uint64_t i = 0; i < AddressSpace::max_mappings; ++i)
        room = room && space.add(mapping(i * 0x2000, i * 0x2000 + 0x1000, 0, ModuleId(1)));
    EXPECT_TRUE(room);
    EXPECT_FALSE(space.add(mapping(0x1000, 0x2000, 0, ModuleId(1))));
}

TEST(AddressSpace, WhatCameLaterIsNotFound) {
    AddressSpace space;
    space.add(mapping(0x1000, 0x2000, 0, ModuleId(1), 10));
    space.add(mapping(0x3000, 0x4000, 0, ModuleId(2), 20));
    EXPECT_NE(space.find(0x1000, 10), nullptr);
    EXPECT_EQ(space.find(0x1000, 9), nullptr);
    EXPECT_EQ(space.newest(), 20u);
    const AddressSpace past = space.as_of(19);
    EXPECT_EQ(past.mappings().size(), 1u);
    EXPECT_LE(past.newest(), 19u);
}

struct Followed : testing::Test {
    AddressSpaces spaces{one_module};
    static std::shared_ptr<UserModule> one_module(const MappingRecord&) {
        return std::make_shared<UserModule>(UserModule{"/lib/x", "", 0, 0, ModuleId(5)});
    }

    bool is_mapped(std::uint64_t process, std::uint64_t address) const {
        const AddressSpace* space = spaces.find(process);
        return space != nullptr && space->find(address) != nullptr;
    }
    // The starts of the mappings that are given.
    std::vector<std::uint64_t> given(std::uint64_t process, std::uint64_t time) {
        std::vector<std::uint64_t> starts;
        spaces.give(process, time, [&](const Mapping& mapping) { starts.push_back(mapping.start); });
        return starts;
    }
};

MappingRecord at(std::uint64_t time, MappingRecord record) {
    record.time = time;
    return record;
}

MappingRecord new_program(std::uint32_t tgid) {
    MappingRecord exec;
    exec.kind = MappingRecord::Kind::new_program;
    exec.tgid = tgid;
    return exec;
}

using Starts = std::vector<std::uint64_t>;

TEST_F(Followed, RecordsOfOthersAreNotTaken) {
    spaces.on(process(2, 1, 20));
    spaces.on(mapped(21, 0x1000, 0x1000, 0));
    spaces.on(mapped(1020, 0x1000, 0x1000, 0));  // its number in another namespace
    EXPECT_EQ(spaces.find(2), nullptr);
    spaces.on(mapped(20, 0x1000, 0x1000, 0x2000));
    EXPECT_EQ(found(*spaces.find(2), 0x1004), (UserPointer{ModuleId(5), 0x2004}));
    EXPECT_EQ(spaces.find(3), nullptr);
}

TEST_F(Followed, ChildrenBeginWithTheMappingsOfTheirParent) {
    spaces.on(process(2, 1, 20));
    spaces.on(mapped(20, 0x1000, 0x1000, 0));
    spaces.on(process(3, 2, 30));
    spaces.on(mapped(30, 0x5000, 0x1000, 0));
    EXPECT_TRUE(is_mapped(3, 0x1000));
    EXPECT_TRUE(is_mapped(3, 0x5000));
    EXPECT_FALSE(is_mapped(2, 0x5000));
}

TEST_F(Followed, ChildrenHaveNothingThatTheirParentMappedLater) {
    spaces.on(process(2, 1, 20));
    spaces.on(at(10, mapped(20, 0x1000, 0x1000, 0)));
    spaces.on(at(30, mapped(20, 0x5000, 0x1000, 0)));
    ev_task child = process(3, 2, 30);
    child.header.time = 20;
    spaces.on(child);
    EXPECT_TRUE(is_mapped(3, 0x1000));
    EXPECT_FALSE(is_mapped(3, 0x5000));
    EXPECT_TRUE(is_mapped(2, 0x5000));
}

TEST_F(Followed, MappingsAreGivenOnce) {
    spaces.on(process(2, 1, 20));
    EXPECT_EQ(given(2, 5), Starts{});
    spaces.on(at(10, mapped(20, 0x1000, 0x1000, 0)));
    spaces.on(at(30, mapped(20, 0x5000, 0x1000, 0)));
    EXPECT_EQ(given(2, 20), Starts{0x1000});
    EXPECT_EQ(given(2, 20), Starts{});
    EXPECT_EQ(given(2, 40), Starts{0x5000});
    spaces.on(at(50, mapped(20, 0x8000, 0x1000, 0)));
    ev_task child = process(3, 2, 30);
    child.header.time = 60;
    spaces.on(child);
    EXPECT_EQ(given(3, 70), Starts{0x8000});  // only those that its parent has not given
    EXPECT_EQ(given(2, 70), Starts{0x8000});
    EXPECT_EQ(given(9, 70), Starts{});
}

TEST_F(Followed, MappingsThatAnExecThrewAwayAreNotGiven) {
    spaces.on(process(2, 1, 20));
    spaces.on(at(10, mapped(20, 0x1000, 0x1000, 0)));
    spaces.on(at(20, new_program(20)));
    spaces.on(at(30, mapped(20, 0x8000, 0x1000, 0)));
    EXPECT_EQ(given(2, 15), Starts{});  // for a stack from before the exec
    EXPECT_EQ(given(2, 40), Starts{0x8000});
}

TEST_F(Followed, ProcessesShareWhatTheyDoNotChange) {
    constexpr std::size_t mappings = 50, children = 100;
    spaces.on(process(2, 1, 20));
    for (std::uint64_t i = 0; i < mappings; ++i)
        spaces.on(mapped(20, i * 0x2000, 0x1000, 0));
    for (std::uint32_t i = 0; i < children; ++i)
        spaces.on(process(10 + i, 2, 100 + i));
    EXPECT_EQ(spaces.held(), mappings);
    spaces.on(mapped(100, 0x900000, 0x1000, 0));
    EXPECT_EQ(spaces.held(), 2 * mappings + 1);
    EXPECT_FALSE(is_mapped(11, 0x900000));
    spaces.on(last_exit(10));
    EXPECT_EQ(spaces.held(), mappings);
    spaces.on(new_program(20));
    EXPECT_TRUE(is_mapped(11, 0x2000));
    for (std::uint32_t i = 1; i < children; ++i)
        spaces.on(last_exit(10 + i));
    EXPECT_EQ(spaces.held(), 0u);
}

TEST_F(Followed, HaveALimitTogether) {
    constexpr std::size_t limit = 10;
    spaces = AddressSpaces(one_module, limit);
    spaces.on(process(2, 1, 20));
    for (std::uint64_t i = 0; i < 6; ++i)
        spaces.on(mapped(20, i * 0x2000, 0x1000, 0));
    spaces.on(process(3, 2, 30));
    EXPECT_EQ(spaces.lost(), 0u);
    spaces.on(mapped(30, 0x900000, 0x1000, 0));  // there is no room for a second copy
    EXPECT_EQ(spaces.lost(), 1u);
    EXPECT_LE(spaces.held(), limit);
    EXPECT_TRUE(is_mapped(3, 0x2000));
    spaces.on(process(4, 1, 40));
    for (std::uint64_t i = 0; i < 9; ++i)
        spaces.on(mapped(40, i * 0x2000, 0x1000, 0));
    EXPECT_GT(spaces.lost(), 1u);
    EXPECT_LE(spaces.held(), limit);
    const std::uint64_t lost = spaces.lost();
    for (const std::uint64_t ended : {2, 4})
        spaces.on(last_exit(ended));
    spaces.on(mapped(30, 0x900000, 0x1000, 0));  // it is alone now
    EXPECT_TRUE(is_mapped(3, 0x900000));
    EXPECT_EQ(spaces.lost(), lost);
}

TEST_F(Followed, AMappingWhoseModuleFindsNoRoomIsLost) {
    spaces = AddressSpaces([](const MappingRecord&) { return nullptr; });
    spaces.on(process(2, 1, 20));
    spaces.on(mapped(20, 0x1000, 0x1000, 0));
    EXPECT_EQ(spaces.lost(), 1u);
}

TEST_F(Followed, ExecThrowsAllAway) {
    spaces.on(process(2, 1, 20));
    spaces.on(mapped(20, 0x1000, 0x1000, 0));
    spaces.on(new_program(20));
    spaces.on(mapped(20, 0x8000, 0x1000, 0));
    EXPECT_FALSE(is_mapped(2, 0x1000));
    EXPECT_TRUE(is_mapped(2, 0x8000));
}

TEST_F(Followed, ANumberThatIsUsedAgainIsAnother) {
    spaces.on(process(2, 1, 20));
    spaces.on(last_exit(2));
    spaces.on(mapped(20, 0x1000, 0x1000, 0));
    EXPECT_EQ(spaces.held(), 0u);
    spaces.on(process(4, 1, 20));
    spaces.on(last_exit(2));
    spaces.on(mapped(20, 0x1000, 0x1000, 0));
    EXPECT_TRUE(is_mapped(4, 0x1000));
    spaces.on(process(5, 1, 20));  // the exit of the other was lost
    EXPECT_EQ(spaces.held(), 0u);
    EXPECT_FALSE(is_mapped(4, 0x1000));
}

TEST_F(Followed, MemoryWithoutAFileHasNoAddressInItsOffset) {
    spaces.on(process(2, 1, 20));
    for (const char* path : {"//anon", "[heap]", "[vdso]", ""}) {
        spaces.on(mapped(20, 0x7f0000000000, 0x1000, 0x7f0000000000, path));
        const Mapping* place = spaces.find(2)->find(0x7f0000000000);
        ASSERT_NE(place, nullptr);
        EXPECT_EQ(place->offset, 0u) << path;
    }
}

TEST_F(Followed, AreKnownByTheIdOfTheTraceToo) {
    spaces.on(process(2, 1, 20));
    MappingRecord record = mapped(0, 0x1000, 0x1000, 0);
    record.process = 2;
    spaces.on(record);
    EXPECT_TRUE(is_mapped(2, 0x1000));
    record.kind = MappingRecord::Kind::new_program;
    spaces.on(record);
    EXPECT_FALSE(is_mapped(2, 0x1000));
    record.process = 7;  // nobody knows it
    record.tgid = 0;
    spaces.on(record);
    EXPECT_EQ(spaces.held(), 0u);
}

}  // namespace
}  // namespace caprec
