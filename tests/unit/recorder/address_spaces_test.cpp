// SPDX-License-Identifier: Apache-2.0
#include "recorder/address_spaces.h"

#include <gtest/gtest.h>

#include <random>

namespace caprec {
namespace {

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
    EXPECT_FALSE(space.find(0));
    space.add({0x1000, 0x3000, 0x500, 1});
    space.add({0x8000, 0x9000, 0, 2});
    EXPECT_EQ(space.find(0x1000), (UserPointer{1, 0x500}));
    EXPECT_EQ(space.find(0x2fff), (UserPointer{1, 0x24ff}));
    EXPECT_EQ(space.find(0x8fff), (UserPointer{2, 0xfff}));
    for (const std::uint64_t address : {0x0ULL, 0xfffULL, 0x3000ULL, 0x7fffULL, 0x9000ULL, ~0ULL})
        EXPECT_FALSE(space.find(address)) << address;
}

TEST(AddressSpace, ANewMappingTakesThePlaceOfOldOnes) {
    AddressSpace space;
    space.add({0x1000, 0x9000, 0, 1});
    space.add({0x3000, 0x4000, 0x10, 2});
    EXPECT_EQ(space.find(0x2fff), (UserPointer{1, 0x1fff}));
    EXPECT_EQ(space.find(0x3000), (UserPointer{2, 0x10}));
    EXPECT_EQ(space.find(0x4000), (UserPointer{1, 0x3000}));
    space.add({0x2000, 0xa000, 0, 3});
    EXPECT_EQ(space.find(0x1fff), (UserPointer{1, 0xfff}));
    EXPECT_EQ(space.find(0x3000), (UserPointer{3, 0x1000}));
    EXPECT_EQ(space.find(0x9fff), (UserPointer{3, 0x7fff}));
    space.add({0x9000, 0x9000, 0, 4});
    EXPECT_EQ(space.find(0x9000), (UserPointer{3, 0x7000}));
}

// Against a page table.
TEST(AddressSpace, AnyMappingsInAnyOrder) {
    std::minstd_rand random(7);
    AddressSpace space;
    std::array<Id, 64> pages{};
    for (Id module = 1; module <= 2000; ++module) {
        const std::uint64_t first = random() % pages.size(), count = 1 + random() % 8;
        const std::uint64_t end = std::min<std::uint64_t>(first + count, pages.size());
        ASSERT_TRUE(space.add({first << 12, end << 12, first << 12, module}));
        for (std::uint64_t page = first; page < end; ++page)
            pages[page] = module;
        for (std::uint64_t page = 0; page < pages.size(); ++page) {
            const auto found = space.find((page << 12) + 5);
            ASSERT_EQ(found ? found->module : 0, pages[page]) << "page " << page << " after " << module;
            ASSERT_EQ(found ? found->offset : (page << 12) + 5, (page << 12) + 5);
        }
    }
}

TEST(AddressSpace, HasALimit) {
    AddressSpace space;
    bool room = true;
    for (std::uint64_t i = 0; i < AddressSpace::max_mappings; ++i)
        room = room && space.add({i * 0x2000, i * 0x2000 + 0x1000, 0, 1});
    EXPECT_TRUE(room);
    EXPECT_FALSE(space.add({0x1000, 0x2000, 0, 1}));
}

struct Followed : testing::Test {
    AddressSpaces spaces{[](const MappingRecord&) { return Id{5}; }};
};

TEST_F(Followed, RecordsOfOthersAreNotTaken) {
    spaces.on(process(2, 1, 20));
    EXPECT_FALSE(spaces.on(mapped(21, 0x1000, 0x1000, 0)));
    EXPECT_FALSE(spaces.on(mapped(1020, 0x1000, 0x1000, 0)));  // its number elsewhere
    const auto added = spaces.on(mapped(20, 0x1000, 0x1000, 0x2000));
    ASSERT_TRUE(added);
    EXPECT_EQ(added->process, 2u);
    EXPECT_EQ(added->mapping.offset, 0x2000u);
    EXPECT_EQ(spaces.find(2)->find(0x1004), (UserPointer{5, 0x2004}));
    EXPECT_EQ(spaces.find(3), nullptr);
}

TEST_F(Followed, ChildrenBeginWithTheMappingsOfTheirParent) {
    spaces.on(process(2, 1, 20));
    spaces.on(mapped(20, 0x1000, 0x1000, 0));
    spaces.on(process(3, 2, 30));
    spaces.on(mapped(30, 0x5000, 0x1000, 0));
    EXPECT_TRUE(spaces.find(3)->find(0x1000));
    EXPECT_TRUE(spaces.find(3)->find(0x5000));
    EXPECT_FALSE(spaces.find(2)->find(0x5000));
}

TEST_F(Followed, ExecThrowsAllAway) {
    spaces.on(process(2, 1, 20));
    spaces.on(mapped(20, 0x1000, 0x1000, 0));
    MappingRecord exec;
    exec.kind = MappingRecord::Kind::new_program;
    exec.tgid = 20;
    EXPECT_FALSE(spaces.on(exec));
    spaces.on(mapped(20, 0x8000, 0x1000, 0));
    EXPECT_FALSE(spaces.find(2)->find(0x1000));
    EXPECT_TRUE(spaces.find(2)->find(0x8000));
}

TEST_F(Followed, ANumberThatIsUsedAgainIsAnother) {
    spaces.on(process(2, 1, 20));
    spaces.on(last_exit(2));
    EXPECT_FALSE(spaces.on(mapped(20, 0x1000, 0x1000, 0)));
    spaces.on(process(4, 1, 20));
    spaces.on(last_exit(2));
    EXPECT_TRUE(spaces.on(mapped(20, 0x1000, 0x1000, 0)));
}

TEST_F(Followed, MemoryWithoutAFileHasNoAddressInItsOffset) {
    spaces.on(process(2, 1, 20));
    for (const char* path : {"//anon", "[heap]", "[vdso]", ""}) {
        const auto added = spaces.on(mapped(20, 0x7f0000000000, 0x1000, 0x7f0000000000, path));
        ASSERT_TRUE(added);
        EXPECT_EQ(added->mapping.offset, 0u) << path;
    }
}

}  // namespace
}  // namespace caprec
