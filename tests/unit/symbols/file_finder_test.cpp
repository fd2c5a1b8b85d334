// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/file_finder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "schema/error.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/symbols/program_files.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;
const std::string deep_calls = program_folder + "deep_calls";

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(byte));
        text += digits;
    }
    return text;
}

class FileFinderTest : public testing::Test {
protected:
    FileFinderTest() {
        ::unsetenv("DEBUGINFOD_URLS");
        fs::create_directories("root/usr/bin");
        fs::create_directories("debug/.build-id");
        FileFinder here({});
        id_ = here.find(deep_library, "").code->build_id();
        other_id_ = here.find(deep_calls, "").code->build_id();
    }
    void put(const std::string& file, const std::string& where) {
        fs::create_directories(fs::absolute(where).parent_path());
        fs::copy_file(file, where);
    }
    std::string problem_of(const FileFinder& finder) {
        return finder.problems().empty() ? "" : finder.problems().front().name + ": " + finder.problems().front().text;
    }

    ScratchDirectory directory_;
    FileSearch search_{"root", {"debug"}};
    std::string id_, other_id_;
};

TEST_F(FileFinderTest, BelowTheSysroot) {
    put(deep_library, "root/usr/bin/x");
    FileFinder finder(search_);
    const FoundFile& found = finder.find("/usr/bin/x", id_);
    ASSERT_NE(found.code, nullptr);
    EXPECT_EQ(found.origin, FileOrigin::here);
    EXPECT_EQ(&finder.find("/usr/bin/x", id_), &found);
    EXPECT_EQ(problem_of(finder), "");
}

TEST_F(FileFinderTest, AnotherBuildIdIsRefused) {
    put(deep_library, "root/usr/bin/x");
    FileFinder finder(search_);
    EXPECT_EQ(finder.find("/usr/bin/x", other_id_).code, nullptr);
    finder.find("/usr/bin/x", other_id_);
    EXPECT_EQ(finder.problems().size(), 1u);
    EXPECT_EQ(problem_of(finder), "/usr/bin/x: has build id " + build_id_text(id_) + ", the trace has " +
                                      build_id_text(other_id_) + ": not used");
}

TEST_F(FileFinderTest, WithoutABuildIdTheNameDecidesAndIsSaid) {
    put(deep_library, "root/usr/bin/x");
    FileFinder finder(search_);
    EXPECT_NE(finder.find("/usr/bin/x", "").code, nullptr);
    EXPECT_EQ(problem_of(finder),
              "/usr/bin/x: the trace has no build id of it: the file of that name is used as it is now");
}

TEST_F(FileFinderTest, NotFound) {
    FileFinder finder(search_);
    EXPECT_EQ(finder.find("/usr/bin/x", id_).code, nullptr);
    EXPECT_EQ(problem_of(finder), "/usr/bin/x: not found (build id " + build_id_text(id_) + ")");
    for (const char* name : {"[vdso]", "//anon", "", "x"})
        EXPECT_EQ(finder.find(name, "").code, nullptr);
    EXPECT_EQ(finder.problems().size(), 1u);  // these are no files
}

TEST_F(FileFinderTest, MoreThanItLooksFor) {
    FileFinder finder(search_);
    for (std::size_t number = 0; number < FileFinder::max_files; ++number)
        finder.find("/no/" + std::to_string(number), "");
    EXPECT_EQ(problem_of(finder), "/no/0: not found");
    put(deep_library, "root/usr/bin/x");
    EXPECT_EQ(finder.find("/usr/bin/x", id_).code, nullptr);
    EXPECT_EQ(problem_of(finder), "the trace: more than 16,384 files: further ones were not looked for");
    EXPECT_EQ(finder.problems().size(), FileFinder::max_files + 1);
}

TEST_F(FileFinderTest, ByBuildIdInAFolderOfDebugFiles) {
    const std::string name = "debug/.build-id/" + hex(id_).substr(0, 2) + "/" + hex(id_).substr(2);
    put(deep_library, name);
    put(deep_library, name + ".debug");
    FileFinder finder(search_);
    EXPECT_NE(finder.find("/memfd:x (deleted)", id_).code, nullptr);
    EXPECT_EQ(problem_of(finder), "");
}

TEST_F(FileFinderTest, AWrongFileInTheFolderIsNotUsed) {
    put(deep_calls, "debug/.build-id/" + hex(id_).substr(0, 2) + "/" + hex(id_).substr(2));
    FileFinder finder(search_);
    EXPECT_EQ(finder.find("/usr/bin/x", id_).code, nullptr);
}

TEST_F(FileFinderTest, ADeletedFileOnlyWithItsBuildId) {
    put(deep_library, "root/usr/bin/x");
    FileFinder finder(search_);
    EXPECT_NE(finder.find("/usr/bin/x (deleted)", id_).code, nullptr);
    EXPECT_EQ(finder.find("/usr/bin/x (deleted)", "").code, nullptr);
}

TEST_F(FileFinderTest, LinksAndDotsDoNotLeaveTheSysroot) {
    put(deep_library, "outside");
    fs::create_symlink(fs::absolute("outside"), "root/usr/bin/absolute");
    fs::create_symlink("../../../outside", "root/usr/bin/relative");
    put(deep_library, "root/inside");
    fs::create_symlink("/inside", "root/usr/bin/within");
    FileFinder finder(search_);
    EXPECT_EQ(finder.find("/usr/bin/absolute", id_).code, nullptr);
    EXPECT_EQ(finder.find("/usr/bin/relative", id_).code, nullptr);
    EXPECT_EQ(finder.find("/../outside", id_).code, nullptr);
    EXPECT_NE(finder.find("/usr/bin/within", id_).code, nullptr);
}

TEST_F(FileFinderTest, NothingButRegularFilesIsOpened) {
    ASSERT_EQ(::mkfifo("root/fifo", 0600), 0);
    FileFinder finder(search_);
    EXPECT_EQ(finder.find("/fifo", id_).code, nullptr);  // and it does not wait for a writer
    EXPECT_EQ(finder.find("/usr", id_).code, nullptr);
    EXPECT_EQ(finder.find(std::string("/usr/bin/x\0y", 12), id_).code, nullptr);
}

TEST_F(FileFinderTest, PackedFilesAreVerified) {
    std::ifstream file(deep_library, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    FileFinder finder(search_);
    for (const std::string& id : {id_, other_id_}) {
        for (std::size_t offset = 0; offset < bytes.size(); offset += max_part_bytes) {
            const std::string_view part = std::string_view(bytes).substr(offset, max_part_bytes);
            EXPECT_EQ(finder.packed().add({"/usr/bin/x", id, bytes.size(), offset,
                                           static_cast<std::uint32_t>(part.size()), Compression::none, part}),
                      "");
        }
    }
    EXPECT_EQ(finder.find("/usr/bin/x", id_).origin, FileOrigin::packed);
    EXPECT_EQ(finder.find("/usr/bin/x", other_id_).code, nullptr);
    EXPECT_EQ(problem_of(finder), "/usr/bin/x: the copy in the trace has another build id: not used");
}

TEST_F(FileFinderTest, ASysrootThatIsNotThere) {
    search_.sysroot = "nowhere";
    EXPECT_THROW(FileFinder finder(search_), Error);
}

TEST_F(FileFinderTest, NoServerIsAskedWithoutTheVariable) {
    EXPECT_FALSE(DebugServer::is_configured());
    ::setenv("DEBUGINFOD_URLS", "", 1);
    EXPECT_FALSE(DebugServer::is_configured());
    DebugServer server;
    EXPECT_FALSE(server.executable(id_));
    EXPECT_EQ(server.problem(), "");
    ::unsetenv("DEBUGINFOD_URLS");
}

}  // namespace
}  // namespace caprec
