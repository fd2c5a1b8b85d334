// SPDX-License-Identifier: Apache-2.0
#include "recorder/mapped_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

ev_mapping event(std::string_view name, std::uint32_t flags) {
    ev_mapping event{};
    event.header.time = 5;
    event.process = 3;
    event.start = 0x1000;
    event.length = 0x2000;
    event.name_bytes = static_cast<std::uint32_t>(name.size());
    event.flags = flags;
    return event;
}

TEST(MappingRecord, HasThePathOfTheFile) {
    constexpr std::string_view name("libc.so.6\0x86_64\0lib\0", 21);
    ev_mapping mapped = event(name, EV_MAPPING_FILE);
    mapped.file_offset = 0x3000, mapped.device = 7, mapped.inode = 9;
    const MappingRecord record = mapping_record(mapped, bytes_of(name));
    EXPECT_EQ(record.kind, MappingRecord::Kind::mapping);
    EXPECT_EQ(record.path, "/lib/x86_64/libc.so.6");
    EXPECT_EQ(record.process, 3u);
    EXPECT_EQ(record.time, 5u);
    EXPECT_EQ(record.start, 0x1000u);
    EXPECT_EQ(record.length, 0x2000u);
    EXPECT_EQ(record.file_offset, 0x3000u);
    EXPECT_EQ(record.device, 7u);
    EXPECT_EQ(record.inode, 9u);
}

TEST(MappingRecord, HasTheNameOfMemoryWithoutFile) {
    constexpr std::string_view vdso("[vdso]\0", 7);
    EXPECT_EQ(mapping_record(event(vdso, 0), bytes_of(vdso)).path, "[vdso]");
    EXPECT_EQ(mapping_record(event("", 0), {}).path, "//anon");
}

TEST(MappingRecord, HasNoPathThatWasCut) {
    EXPECT_EQ(mapping_record(event("", EV_MAPPING_FILE | EV_MAPPING_PATH_CUT), {}).path, "//toolong");
}

// The length of the name is not believed.
TEST(MappingRecord, TakesNoMoreThanThereIs) {
    ev_mapping cut = event("", EV_MAPPING_FILE);
    cut.name_bytes = 4000;
    EXPECT_EQ(mapping_record(cut, bytes_of("name")).path, "/name");
}

class MappedFilesTest : public testing::Test {
protected:
    // The record that the kernel would write about the file.
    static MappingRecord record(const std::string& path) {
        struct stat file {};
        EXPECT_EQ(stat(path.c_str(), &file), 0) << path;
        MappingRecord record;
        record.path = path;
        record.inode = file.st_ino;
        record.device = major(file.st_dev) << 20 | minor(file.st_dev);
        return record;
    }
    MappedFiles files_;
};

TEST_F(MappedFilesTest, HaveTheirBuildId) {
    const MappingRecord self = record(std::filesystem::read_symlink("/proc/self/exe"));
    const std::string id = files_.build_id(self, 0);
    EXPECT_EQ(id.size(), 20u);
    MappingRecord other = self;
    ++other.inode;  // another file has that name by now
    EXPECT_EQ(files_.build_id(other, 0), "");
    other = self;
    other.device ^= 1;
    EXPECT_EQ(files_.build_id(other, 0), "");
    other = self;
    other.path += ".gone";
    EXPECT_EQ(files_.build_id(other, 0), "");
    // a known file is not read again, as the process and its mounts may be gone
    EXPECT_EQ(files_.build_id(self, 0), id);
}

TEST_F(MappedFilesTest, MayHaveNone) {
    const ScratchDirectory directory;
    std::ofstream("script") << "#!/bin/sh\n";
    EXPECT_EQ(files_.build_id(record(std::filesystem::absolute("script")), 0), "");
    std::filesystem::create_symlink("/proc/self/exe", "link");
    MappingRecord link = record("/proc/self/exe");
    link.path = std::filesystem::absolute("link");  // a path that the kernel gives has no links in it
    EXPECT_EQ(files_.build_id(link, 0), "");
}

}  // namespace
}  // namespace caprec
