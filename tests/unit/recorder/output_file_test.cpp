// SPDX-License-Identifier: Apache-2.0
//
// The rules for the trace's file that need no second user; tests/live has the others.
#include "recorder/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "schema/error.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

class OutputFiles : public ::testing::Test {
protected:
    OutputFiles() {
        std::string name = fs::temp_directory_path() / "caprec-output-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot make a directory");
        directory_ = name;
    }
    ~OutputFiles() override { fs::remove_all(directory_); }

    std::string path(const std::string& name) const { return directory_ + "/" + name; }

    std::string refusal(const std::string& name) const {
        try {
            const OutputFile file(path(name), find_caller());
            return "";
        } catch (const Error& error) {
            return error.what();
        }
    }

private:
    std::string directory_;
};

const std::string trace_start =
    "\x0b\x3f"
    "CAPTRACE"
    "..";

TEST_F(OutputFiles, ANewFileIsThePersonsOwn) {
    {
        OutputFile file(path("new"), find_caller());
        const std::string text = "0123456789";
        file.write(std::as_bytes(std::span(text)));
        file.write(std::as_bytes(std::span(text)));
        EXPECT_EQ(file.size(), 20u);
        EXPECT_FALSE(file.is_standard_output());
        file.close();
    }
    struct stat facts {};
    ASSERT_EQ(stat(path("new").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode, static_cast<mode_t>(S_IFREG | 0600));
    EXPECT_EQ(facts.st_uid, getuid());
    EXPECT_EQ(facts.st_size, 20);
}

TEST_F(OutputFiles, OnlyAnOldTraceIsReplaced) {
    std::ofstream(path("trace")) << trace_start << "and more";
    std::ofstream(path("text")) << "something else";
    std::ofstream(path("late")) << std::string(100, ' ') << "CAPTRACE";
    std::ofstream(path("empty"));
    EXPECT_EQ(refusal("trace"), "");
    EXPECT_GT(fs::file_size(path("trace")), 0u) << "nothing was written, so the old trace stays";
    {
        OutputFile file(path("trace"), find_caller());
        const std::array<std::byte, 3> bytes{};
        file.write(bytes);
    }
    EXPECT_EQ(fs::file_size(path("trace")), 3u);
    EXPECT_EQ(refusal("empty"), "");
    for (const char* name : {"text", "late"}) {
        EXPECT_NE(refusal(name).find("not a capability trace"), std::string::npos) << refusal(name);
        EXPECT_GT(fs::file_size(path(name)), 0u);
    }
}

TEST_F(OutputFiles, ANewFileWithoutAChunkIsRemoved) {
    EXPECT_EQ(refusal("new"), "");
    EXPECT_FALSE(fs::exists(path("new")));
}

TEST_F(OutputFiles, NoLinkIsFollowed) {
    std::ofstream(path("trace")) << trace_start;
    fs::create_symlink("trace", path("soft"));
    EXPECT_NE(refusal("soft").find("symbolic link"), std::string::npos) << refusal("soft");
    fs::create_hard_link(path("trace"), path("hard"));
    EXPECT_NE(refusal("hard").find("more than one link"), std::string::npos) << refusal("hard");
    EXPECT_EQ(fs::file_size(path("trace")), trace_start.size());
}

TEST_F(OutputFiles, TwoWritersDoNotMix) {
    const OutputFile first(path("trace"), find_caller());
    EXPECT_NE(refusal("trace").find("another recording"), std::string::npos) << refusal("trace");
}

TEST_F(OutputFiles, DirectoriesAndMissingOnes) {
    EXPECT_NE(refusal("").find("directory"), std::string::npos) << refusal("");
    EXPECT_NE(refusal("no/such").find("No such file or directory (2)"), std::string::npos) << refusal("no/such");
}

TEST_F(OutputFiles, AFailureToWriteHasAText) {
    if (access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full";
    EXPECT_THROW(OutputFile("/dev/full", find_caller()), Error) << "a device, and not /dev/null";
    OutputFile null("/dev/null", find_caller());
    const std::string text = "text";
    EXPECT_NO_THROW(null.write(std::as_bytes(std::span(text))));
    EXPECT_EQ(null.size(), 4u);
    null.close();
    try {
        null.write(std::as_bytes(std::span(text)));
        FAIL() << "wrote to a closed file";
    } catch (const OutputError& error) {
        EXPECT_EQ(std::string(error.what()), "cannot write /dev/null: Bad file descriptor (9)");
    }
}

}  // namespace
}  // namespace caprec
