// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_modules.h"

#include <gtest/gtest.h>

#include <vector>

namespace caprec {
namespace {

MappingRecord record_of(const std::string& path, const std::string& build_id = "", std::uint64_t inode = 0) {
    MappingRecord record;
    record.path = path;
    record.build_id = build_id;
    record.inode = inode;
    return record;
}

TEST(UserModules, AreKnownByAllThatMakesThemDifferent) {
    UserModules modules;
    const auto first = modules.find(record_of("/lib/x", "\1\2"));
    EXPECT_EQ(modules.find(record_of("/lib/x", "\1\2")), first);
    EXPECT_NE(modules.find(record_of("/lib/x", "\1\3")), first);
    EXPECT_NE(modules.find(record_of("/lib/y", "\1\2")), first);
    EXPECT_NE(modules.find(record_of("/lib/x", "", 1)), modules.find(record_of("/lib/x", "", 2)));
    EXPECT_EQ(first->path, "/lib/x");
    EXPECT_EQ(first->id, ModuleId());
}

TEST(UserModules, ThoseThatAreNotMappedMakeRoom) {
    constexpr std::size_t limit = 100'000;
    UserModules modules(limit);
    const auto kept = modules.find(record_of("/kept"));
    const std::string filler(4000, 'x');
    for (int i = 0; i < 1000; ++i)
        ASSERT_NE(modules.find(record_of(filler + std::to_string(i))), nullptr) << i;
    EXPECT_EQ(kept->path, "/kept");
}

TEST(UserModules, AreBoundedAlsoWhenAllAreMapped) {
    constexpr std::size_t limit = 100'000;
    UserModules modules(limit);
    const std::string filler(4000, 'x');
    std::vector<std::shared_ptr<UserModule>> mapped;
    std::size_t bytes = 0;
    for (int i = 0; i < 1000; ++i)
        if (auto module = modules.find(record_of(filler + std::to_string(i)))) {
            bytes += module->path.size();
            mapped.push_back(std::move(module));
        }
    EXPECT_GE(mapped.size(), 5u);
    EXPECT_LE(bytes, limit);
    EXPECT_EQ(modules.find(record_of(filler)), nullptr);
    mapped.clear();
    EXPECT_NE(modules.find(record_of(filler)), nullptr);
}

}  // namespace
}  // namespace caprec
