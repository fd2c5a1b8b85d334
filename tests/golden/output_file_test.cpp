// SPDX-License-Identifier: Apache-2.0
//
// The effect of commands with -o on the file that they write, and on the one that was there.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "analyzer/files/output_file.h"
#include "analyzer/files/unfinished_file.h"
#include "tests/golden/run_command.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

constexpr const char* not_a_trace = "this is no trace, and it is long enough to be looked at";

unsigned mode_of(const std::string& name) {
    struct stat status {};
    return ::stat(name.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

struct Writer {
    const char* name;
    std::vector<std::string> arguments;  // without the trace and the output
};
std::ostream& operator<<(std::ostream& out, const Writer& writer) { return out << writer.name; }

class WritesAFile : public testing::TestWithParam<Writer> {
protected:
    WritesAFile() {
        directory_.write("run.cap", chown_trace());
        directory_.write("bad.cap", std::string_view(not_a_trace));
    }
    Result write(const std::string& trace, const std::string& output) const {
        std::vector<std::string> arguments = GetParam().arguments;
        arguments.insert(arguments.end(), {trace, "-o", output});
        return run(arguments);
    }
    std::string written() const {
        EXPECT_EQ(write("run.cap", "expected").status, exit_fine);
        const std::string text = directory_.read("expected");
        fs::remove("expected");
        EXPECT_NE(text, "");
        return text;
    }
    static std::size_t files() {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator("."), fs::directory_iterator()));
    }

    ScratchDirectory directory_;
};

TEST_P(WritesAFile, ThatIsTheOwnersAlone) {
    EXPECT_EQ(write("run.cap", "new").status, exit_fine);
    EXPECT_EQ(mode_of("new"), 0600u);
    EXPECT_EQ(files(), 3u);
}

TEST_P(WritesAFile, InPlaceOfAnother) {
    directory_.write("out", "what was there");
    fs::permissions("out", fs::perms(0640));
    EXPECT_EQ(write("run.cap", "out").status, exit_fine);
    EXPECT_EQ(directory_.read("out"), written());
    EXPECT_EQ(mode_of("out"), 0640u);
}

TEST_P(WritesAFile, NotOfABadTrace) {
    directory_.write("out", "what was there");
    for (const char* trace : {"bad.cap", "missing.cap", "."}) {
        EXPECT_EQ(write(trace, "out").status, exit_failure) << trace;
        EXPECT_EQ(write(trace, "new").status, exit_failure) << trace;
    }
    EXPECT_EQ(directory_.read("out"), "what was there");
    EXPECT_EQ(files(), 3u);
}

TEST_P(WritesAFile, WhereLinksLead) {
    fs::create_directory("folder");
    directory_.write("folder/there", "what was there");
    fs::create_symlink("folder/there", "link");
    fs::create_symlink("folder/new", "ahead");
    fs::create_symlink("ahead", "twice");
    fs::create_symlink("circle", "circle");
    for (const char* link : {"link", "twice"}) {
        EXPECT_EQ(write("run.cap", link).status, exit_fine) << link;
        EXPECT_TRUE(fs::is_symlink(link));
    }
    EXPECT_TRUE(fs::is_symlink("ahead"));
    EXPECT_EQ(directory_.read("folder/there"), written());
    EXPECT_EQ(directory_.read("folder/new"), written());
    EXPECT_EQ(write("run.cap", "circle").err, "cannot write circle: Too many levels of symbolic links (40)");
}

TEST_P(WritesAFile, NeverOverTheTrace) {
    const std::string before = directory_.read("run.cap");
    fs::create_hard_link("run.cap", "hard");
    fs::create_symlink("run.cap", "soft");
    for (const std::string name : {"run.cap", "./run.cap", "hard", "soft"})
        EXPECT_EQ(write("run.cap", name).err, "-o " + name + ": this is the trace itself");
    EXPECT_EQ(directory_.read("run.cap"), before);
}

TEST_P(WritesAFile, OrIntoAnOpenOne) {
    const int file = ::open("out", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(file, 0);
    fs::create_symlink("/proc/self/fd/" + std::to_string(file), "opened");
    EXPECT_EQ(write("run.cap", "opened").status, exit_fine);
    struct stat opened {
    }, named{};
    ASSERT_EQ(::fstat(file, &opened) | ::stat("out", &named), 0);
    EXPECT_EQ(opened.st_ino, named.st_ino);
    EXPECT_EQ(directory_.read("out"), written());
    ::close(file);
}

TEST_P(WritesAFile, AndSaysWhatADeviceSays) {
    if (::access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    EXPECT_EQ(write("run.cap", "/dev/full").err, "cannot write /dev/full: No space left on device (28)");
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
    EXPECT_EQ(write("run.cap", "/dev/null").status, exit_fine);
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_P(WritesAFile, OnlyWhereItCan) {
    EXPECT_EQ(write("run.cap", ".").err, "cannot write .: Is a directory (21)");
    EXPECT_EQ(write("run.cap", "no/such").err, "cannot write no/such: No such file or directory (2)");
    EXPECT_EQ(write("run.cap", "new/").err, "cannot write new/: No such file or directory (2)");
    EXPECT_EQ(write("run.cap", "run.cap/x").err, "cannot write run.cap/x: Not a directory (20)");
    EXPECT_EQ(files(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Commands, WritesAFile,
                         testing::Values(Writer{"pack", {"pack"}}, Writer{"folded", {"export", "--format", "folded"}},
                                         Writer{"pprof", {"export", "--format", "pprof"}},
                                         Writer{"perfetto", {"export", "--format", "perfetto"}},
                                         Writer{"speedscope", {"export", "--format", "speedscope"}}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(OutputFile, TakesItsPlaceWhenItIsFinished) {
    const ScratchDirectory directory;
    directory.write("out", "before");
    const auto write = [&](bool finish) {
        OutputFile file("out", "input");
        const std::string text = "after";
        file.write(std::as_bytes(std::span(text)));
        EXPECT_EQ(directory.read("out"), "before");
        if (finish)
            file.finish();
    };
    write(false);
    EXPECT_EQ(directory.read("out"), "before");
    write(true);
    EXPECT_EQ(directory.read("out"), "after");
    EXPECT_EQ(std::distance(fs::directory_iterator("."), fs::directory_iterator()), 1);
}

TEST(UnfinishedFile, GoesWithTheProgram) {
    const ScratchDirectory directory;
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        const pid_t child = ::fork();
        if (child == 0) {
            std::signal(number, SIG_DFL);  // whoever started the tests may have had it ignored
            UnfinishedFile file("./out");
            const bool made = file.create() >= 0 && !fs::is_empty(".");
            ::raise(made ? number : SIGKILL);
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number) << status;
        EXPECT_TRUE(fs::is_empty(".")) << number;
    }
}

TEST(UnfinishedFile, LeavesTheSignalsAsTheyWere) {
    const ScratchDirectory directory;
    const auto interrupt = std::signal(SIGINT, SIG_IGN);
    struct sigaction during {
    }, after{};
    {
        UnfinishedFile file("./out");
        ::close(file.create());
        EXPECT_EQ(::sigaction(SIGINT, nullptr, &during), 0);
    }
    EXPECT_EQ(::sigaction(SIGTERM, nullptr, &after), 0);
    EXPECT_EQ(during.sa_handler, SIG_IGN);
    EXPECT_EQ(after.sa_handler, SIG_DFL);
    (void)std::signal(SIGINT, interrupt);
}

}  // namespace
}  // namespace caprec
