// SPDX-License-Identifier: Apache-2.0
//
// The program itself: exit statuses, standard input, closed pipes, files that grow.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "analyzer/emit/minimal/format.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

struct Outcome {
    int status = -1;
    std::string out, err;
};

class Cli : public testing::Test {
protected:
    // `command` for a shell; $capanalyze is the program.
    Outcome shell(const std::string& command) const {
        const std::string line =
            "capanalyze='" CAPREC_BINARY_DIR "/analyzer/capanalyze'; { " + command + "\n} >out 2>err";
        const int status = std::system(line.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), directory_.read("out"),
                directory_.read("err")};
    }

    ScratchDirectory directory_;
};

TEST_F(Cli, AnswersFromAFileAndFromStandardInput) {
    directory_.write("run.cap", chown_trace());
    const Outcome file = shell("$capanalyze minimal run.cap");
    EXPECT_EQ(file.status, 0);
    EXPECT_EQ(file.out, "CAP_CHOWN\nCAP_SYS_NICE\n");
    EXPECT_EQ(file.err, "");
    EXPECT_EQ(shell("$capanalyze minimal - < run.cap").out, file.out);
    EXPECT_EQ(shell("cat run.cap | $capanalyze minimal -").out, file.out);
}

TEST_F(Cli, ChecksAPolicyFromStandardInput) {
    directory_.write("run.cap", chown_trace());
    const std::string written = "$capanalyze minimal --format policy run.cap";
    EXPECT_EQ(shell(written + " | $capanalyze check run.cap --policy -").status, 0);
    EXPECT_EQ(shell(written + " > a.policy; $capanalyze check - --policy a.policy < run.cap").status, 0);
    const Outcome less = shell(written + " | grep -v chown | $capanalyze check run.cap --policy -");
    EXPECT_EQ(less.status, 1);
    EXPECT_TRUE(less.out.starts_with("VIOLATION: 1 need of 1 program is not allowed by stdin\n")) << less.out;
    EXPECT_EQ(shell("$capanalyze check run.cap --policy /dev/null").status, 2);
    EXPECT_EQ(shell("$capanalyze check run.cap --policy /dev/zero").status, 2);
}

TEST_F(Cli, TheSmallestSetOfAnIncompleteTraceIsNotPrinted) {
    directory_.write("run.cap", cut_trace());
    const Outcome refused = shell("$capanalyze minimal run.cap");
    EXPECT_EQ(refused.status, 2);
    EXPECT_EQ(refused.out, "");
    EXPECT_TRUE(refused.err.starts_with("INCOMPLETE: ")) << refused.err;
    const Outcome allowed = shell("$capanalyze minimal --allow-incomplete run.cap");
    EXPECT_EQ(allowed.status, 0);
    EXPECT_EQ(allowed.out, "CAP_CHOWN\nCAP_SYS_NICE\n");
    EXPECT_TRUE(allowed.err.starts_with("INCOMPLETE: ")) << allowed.err;
}

// The recorded part needs nothing, but nobody knows about the rest.
TEST_F(Cli, AnIncompleteTraceWithoutNeedsDoesNotSayThatThereAreNone) {
    TraceBuilder trace;
    trace.process(1, 0, "true");
    trace.exec(1, "/bin/true", {"true"});
    directory_.write("run.cap", trace.cut());
    for (const char* command : {"$capanalyze run.cap", "$capanalyze minimal -v --allow-incomplete run.cap"}) {
        const Outcome outcome = shell(command);
        EXPECT_EQ(outcome.status, 0);
        const std::string text = outcome.out + outcome.err;
        EXPECT_NE(text.find("none; what is not in the recording may need some"), std::string::npos) << text;
        EXPECT_EQ(text.find("needs no capability"), std::string::npos) << text;
    }
}

// No format prints the set, whole or split; when the user insists, the output says that the trace is incomplete,
// wherever there is room for a word.
TEST_F(Cli, NoFormatOfAnIncompleteTraceIsPrintedByAccident) {
    directory_.write("run.cap", cut_trace());
    for (const Format& format : formats()) {
        for (const char* per : {"", " --per image", " --per phase --include-missing"}) {
            const std::string line = "$capanalyze minimal --format " + std::string(format.name) + per + " run.cap";
            SCOPED_TRACE(line);
            const Outcome refused = shell(line);
            EXPECT_EQ(refused.status, 2);
            EXPECT_EQ(refused.out, "");
            EXPECT_TRUE(refused.err.starts_with("INCOMPLETE: ")) << refused.err;
            const Outcome allowed = shell(line + " --allow-incomplete");
            EXPECT_EQ(allowed.status, 0);
            EXPECT_NE(allowed.out, "");
            EXPECT_TRUE(allowed.err.starts_with("INCOMPLETE: ")) << allowed.err;
            if (format.name == "json")
                EXPECT_FALSE(nlohmann::json::parse(allowed.out).at("trace").at("complete").get<bool>());
            else if (format.name == "libcap-ng")
                EXPECT_TRUE(allowed.out.starts_with("/*\n * INCOMPLETE: ")) << allowed.out;
            else if (format.name != "text" && format.name != "hex" && format.name != "oci")
                EXPECT_TRUE(allowed.out.starts_with("# INCOMPLETE: ")) << allowed.out;
        }
    }
}

TEST_F(Cli, ExplainNeedsNoTrace) {
    const Outcome outcome = shell("$capanalyze explain --json setattr_prepare < /dev/null");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const nlohmann::json document = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(document.at("knowledge").at("source"), "built in");
    EXPECT_FALSE(document.at("rows").empty());
}

// One may keep knowledge in a pipe, and the trace as well, but not both in the same.
TEST_F(Cli, KnowledgeFromAPipe) {
    directory_.write("run.cap", chown_trace());
    directory_.write("sites.tsv",
                     "# caprec kernel knowledge\tformat 1\t2026-01-31\n"
                     "setattr_prepare\t-\tCAP_CHOWN\tadvisory\t-\t-\t-\taudit\t-\t-\t-\n");
    const Outcome outcome = shell("cat sites.tsv | $capanalyze minimal --knowledge /dev/stdin run.cap");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "CAP_SYS_NICE\n");  // in that knowledge, chown does not matter, and nice is not known
}

TEST_F(Cli, EveryCommandShowsWhatAnIncompleteTraceHas) {
    directory_.write("run.cap", lossy_trace());
    for (const char* command : {"report", "tree", "events", "stacks", "info"}) {
        const Outcome outcome = shell("$capanalyze " + std::string(command) + " run.cap");
        EXPECT_EQ(outcome.status, 0) << command;
        EXPECT_TRUE(outcome.out.starts_with("INCOMPLETE: ")) << command << ": " << outcome.out;
        const Outcome json = shell("$capanalyze --json " + std::string(command) + " run.cap | head -n 1000");
        EXPECT_NE(json.out.find("\"complete\""), std::string::npos) << command;
    }
}

TEST_F(Cli, RefusesWithOneLine) {
    directory_.write("run.cap", chown_trace());
    directory_.write("text", "this is not a trace, whatever it is called\n");
    directory_.write("empty", "");
    std::filesystem::create_directory("folder");
    for (const char* arguments : {"",
                                  "--bogus run.cap",
                                  "bogus run.cap",
                                  "run.cap run.cap",
                                  "text",
                                  "empty",
                                  ".git",
                                  "events .",
                                  "merge run.cap",
                                  "merge -o sum.cap",
                                  "merge text -o sum.cap",
                                  "merge folder -o sum.cap",
                                  "missing",
                                  "- < empty",
                                  "- < text",
                                  "why run.cap",
                                  "why run.cap nonsense",
                                  "why missing chown",
                                  "explain",
                                  "explain nonsense",
                                  "explain --knowledge text chown",
                                  "minimal --format nonsense run.cap",
                                  "minimal --per nonsense run.cap",
                                  "minimal --knowledge missing run.cap",
                                  "events --cap nonsense run.cap"}) {
        const Outcome outcome = shell("$capanalyze " + std::string(arguments));
        EXPECT_EQ(outcome.status, 2) << arguments;
        EXPECT_EQ(outcome.out, "") << arguments;
        EXPECT_TRUE(outcome.err.starts_with("capanalyze: ")) << arguments << ": " << outcome.err;
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << arguments << ": " << outcome.err;
    }
}

TEST_F(Cli, SaysWhoMayReadAFile) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may read everything";
    directory_.write("run.cap", chown_trace());
    const Outcome outcome = shell("chmod 0 run.cap; $capanalyze run.cap");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_NE(outcome.err.find("Permission denied"), std::string::npos) << outcome.err;
}

TEST_F(Cli, EndsQuietlyWhenNobodyReadsOn) {
    TraceBuilder trace;
    for (int count = 0; count < 20'000; ++count)
        trace.check(1, 21, true, "mmap", {"cap_capable", "cap_vm_enough_memory"}, 0);
    directory_.write("run.cap", trace.finish());
    const Outcome outcome = shell("$capanalyze events --all run.cap | head -n 3");
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 3);
    EXPECT_EQ(outcome.err, "");
}

TEST_F(Cli, AFullDiskIsAnError) {
    if (::access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    directory_.write("run.cap", chown_trace());
    const Outcome outcome = shell("$capanalyze run.cap > /dev/full");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_NE(outcome.err.find("cannot write the output"), std::string::npos) << outcome.err;
}

TEST_F(Cli, EventsAreJsonLines) {
    directory_.write("run.cap", chown_trace());
    const Outcome outcome = shell("$capanalyze events --all --json run.cap");
    std::istringstream lines(outcome.out);
    std::vector<std::string> types;
    for (std::string line; std::getline(lines, line);)
        types.push_back(nlohmann::json::parse(line).at("type"));
    EXPECT_EQ(types, (std::vector<std::string>{"header", "check", "check", "check", "check", "check", "end"}));
}

// The writer holds its lock, as caprec does, and finishes the file while the reader follows it.
TEST_F(Cli, FollowsAFileUntilItsWriterHasGone) {
    const Bytes bytes = chown_trace();
    const std::size_t half = bytes.size() - 150;
    const int descriptor = ::open("run.cap", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(descriptor, 0);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    ASSERT_EQ(::fcntl(descriptor, F_OFD_SETLK, &lock), 0);
    ASSERT_EQ(::write(descriptor, bytes.data(), half), static_cast<ssize_t>(half));

    const Outcome growing = shell("$capanalyze info run.cap");
    EXPECT_NE(growing.out.find("still being recorded"), std::string::npos) << growing.out;

    std::thread writer([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        EXPECT_EQ(::write(descriptor, bytes.data() + half, bytes.size() - half),
                  static_cast<ssize_t>(bytes.size() - half));
        ::close(descriptor);
    });
    const Outcome followed = shell("$capanalyze events -f run.cap");
    writer.join();
    EXPECT_EQ(followed.status, 0) << followed.err;
    EXPECT_EQ(followed.out, shell("$capanalyze events run.cap").out);
}

TEST_F(Cli, FollowingACutFileEnds) {
    directory_.write("run.cap", cut_trace());
    const Outcome outcome = shell("$capanalyze events -f run.cap");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.out.find("INCOMPLETE: "), std::string::npos);
}

}  // namespace
}  // namespace caprec
