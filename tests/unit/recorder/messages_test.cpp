// SPDX-License-Identifier: Apache-2.0
#include "recorder/messages.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "schema/error.h"
#include "schema/losses.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

TEST(Messages, TheClosingLine) {
    Closing closing;
    closing.checks = 1;
    closing.processes = 1;
    closing.bytes = 1023;
    closing.file = "run.cap";
    EXPECT_EQ(closing_line(closing),
              "1 check in 1 process, none lost, 1023 bytes in run.cap; next: capanalyze run.cap");
    closing.checks = 2;
    closing.processes = 0;
    closing.bytes = 1536;
    closing.file.clear();
    EXPECT_EQ(closing_line(closing), "2 checks in 0 processes, none lost, 1.5 KiB");
    closing.bytes = 5u << 20;
    closing.losses.checks = 3;
    EXPECT_EQ(closing_line(closing), "2 checks in 0 processes, 3 lost, 5.0 MiB");
}

TEST(Messages, NoneLostIsSaidOnlyWhenItIsTrue) {
    for (const LossKind& kind : loss_kinds) {
        Closing closing;
        closing.losses.*kind.count = 1;
        if (kind.harm == Harm::itself || kind.count == &Losses::first_seen) {
            EXPECT_EQ(loss_line(closing.losses), "");
            EXPECT_EQ(lost_places_line(closing.losses), "");
            continue;
        }
        const std::string line = closing_line(closing);
        EXPECT_EQ(line.find("none lost"), std::string::npos) << line;
        EXPECT_EQ(line.find(" 0 lost"), std::string::npos) << line;
        EXPECT_NE(line.find(kind.count == &Losses::checks ? ", 1 lost," : ", no check lost,"), std::string::npos)
            << line;
        const std::string harm = loss_line(closing.losses), places = lost_places_line(closing.losses);
        if (kind.harm == Harm::places) {
            EXPECT_EQ(harm, "");
            EXPECT_TRUE(places.starts_with("lost 1 ")) << places;
        } else {
            EXPECT_TRUE(harm.starts_with("INCOMPLETE: lost 1 ")) << harm;
            EXPECT_EQ(places, "");
        }
    }
}

TEST(Messages, TheLossLineNamesEachKind) {
    EXPECT_EQ(loss_line({}), "");
    Losses losses;
    losses.checks = 12;
    losses.outcomes = 1;
    losses.processes = 2;
    losses.credentials = 1;
    const std::string line = loss_line(losses);
    EXPECT_TRUE(line.starts_with("INCOMPLETE: lost 12 checks, 1 outcome, 2 process events, 1 credential;")) << line;
    EXPECT_NE(line.find("--buffer-size"), std::string::npos);
}

TEST(Messages, ALostRowOfFirstSeenIsNoLossWhereNoCheckWasLost) {
    Losses losses;
    losses.first_seen = 3;
    EXPECT_EQ(loss_line(losses), "");
    losses.outcomes = 1;
    EXPECT_NE(loss_line(losses).find("3 kinds of check"), std::string::npos);
}

TEST(Messages, TheLossLineNamesWhatHelpsAndOnce) {
    Losses losses;
    losses.mappings = losses.user_stacks = 2;
    EXPECT_EQ(loss_line(losses), "");
    EXPECT_EQ(lost_places_line(losses), "lost 2 mappings, 2 user stacks; --user-stacks=none does without mappings");
    losses.mappings = 0;
    losses.objects = losses.credentials = 1;
    EXPECT_EQ(loss_line(losses), "INCOMPLETE: lost 1 credential, 1 object; a larger --buffer-size helps");
    EXPECT_EQ(lost_places_line(losses), "lost 2 user stacks; a larger --buffer-size helps");
}

TEST(Messages, LimitsAreToldApart) {
    EXPECT_EQ(limit_text(EPERM), errno_text(EPERM));
    for (const auto& [error, word] : {std::pair{EMFILE, "ulimit -n"}, std::pair{ENFILE, "fs.file-max"},
                                      std::pair{ENOMEM, "--buffer-size"}, std::pair{EAGAIN, "ulimit -u"}}) {
        EXPECT_TRUE(limit_text(error).starts_with(errno_text(error) + "; ")) << limit_text(error);
        EXPECT_NE(advice_on_limit(error).find(word), std::string::npos) << advice_on_limit(error);
    }
}

TEST(Messages, TheNextCommandCanBeCopied) {
    Closing closing;
    for (const auto& [file, word] :
         {std::pair{"dir/run-1.cap", "dir/run-1.cap"}, std::pair{"my run.cap", "'my run.cap'"},
          std::pair{"$(reboot)", "'$(reboot)'"}, std::pair{"a;b", "'a;b'"}, std::pair{"-x.cap", "./-x.cap"},
          std::pair{"x\ny.cap", "$'x\\ny.cap'"}, std::pair{"\x1b[31m", "$'\\x1b[31m'"}, std::pair{"\xff", "$'\\xff'"},
          std::pair{"it's\n", "$'it\\x27s\\n'"}, std::pair{"\xc3\xa4", "'\xc3\xa4'"}}) {
        closing.file = file;
        EXPECT_TRUE(closing_line(closing).ends_with(std::string("; next: capanalyze ") + word))
            << closing_line(closing);
    }
}

// A shell must read the words to be pasted as they are meant.
TEST(Messages, AShellReadsTheNameAsItIs) {
    if (std::system("bash -c true") != 0)
        GTEST_SKIP() << "no bash";
    const ScratchDirectory directory;
    for (const std::string& name : {std::string("plain"), std::string("x\ny.cap"), std::string("a'b\"c`d$e\\f"),
                                    std::string("\x1b[31mred"), std::string("\xff\x80 and '\xc3"), std::string("-n"),
                                    std::string("tab\there 7\x01"
                                                "7"),
                                    std::string("\xe2\x80\xae.cap")}) {
        Closing closing;
        closing.file = name;
        const std::string line = closing_line(closing), mark = "next: capanalyze ";
        EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos) << line;
        directory.write("script", "printf '%s' " + line.substr(line.find(mark) + mark.size()));
        ASSERT_EQ(std::system("bash script > out"), 0) << line;
        EXPECT_EQ(directory.read("out"), name.starts_with('-') ? "./" + name : name) << line;
    }
}

TEST(Messages, LargeCountsAndSizesAreWordsAsCapanalyzeWritesThem) {
    Closing closing;
    closing.checks = 1'234'567;
    closing.processes = 1;
    closing.bytes = 1;
    EXPECT_EQ(closing_line(closing), "1,234,567 checks in 1 process, none lost, 1 byte");
}

// Between single quotes a shell takes everything as it is but a single quote.
TEST(Messages, AQuoteInAFileNameDoesNotEndTheWord) {
    Closing closing;
    closing.file = "a'; reboot; '";
    const std::string line = closing_line(closing);
    const std::string word = line.substr(line.rfind("capanalyze ") + 11);
    EXPECT_EQ(word, "'a'\\''; reboot; '\\'''");
}

TEST(Messages, RefusedMappingsAreTold) {
    RunHeader header;
    header.user_stacks = UserStackMode::snapshot;
    header.mapping_source = MappingSource::perf;
    EXPECT_EQ(no_mappings_line(header), "");
    header.mapping_source = MappingSource::none;
    header.mapping_refusal = "512 KiB for each CPU: Permission denied, and smaller ones";
    EXPECT_EQ(no_mappings_line(header),
              "the kernel refused its records of mappings (512 KiB for each CPU: Permission denied, and smaller ones): "
              "user stacks have no frames; --user-stacks=none does without");
    header.user_stacks = UserStackMode::none;
    EXPECT_EQ(no_mappings_line(header), "");
}

TEST(Messages, SurvivorsAreNamedAndCounted) {
    Closing closing;
    EXPECT_EQ(survivor_line(closing), "");
    closing.survivors = {{7, 4711,
                          "sl\x1b"
                          "eep"}};
    closing.survivor_count = 1;
    EXPECT_EQ(survivor_line(closing),
              "1 process is still running and no longer recorded: sl\\x1beep (4711); --wait follows "
              "them to their end");
    closing.ended_early = true;
    EXPECT_EQ(survivor_line(closing),
              "INCOMPLETE: the recording was ended by a signal; 1 process is still running and no longer recorded: "
              "sl\\x1beep (4711)");
    closing.ended_early = false;
    closing.survivors.assign(100, {8, 12, "x"});
    closing.survivor_count = 250;
    const std::string line = survivor_line(closing);
    EXPECT_TRUE(line.starts_with("250 processes are still running")) << line;
    EXPECT_NE(line.find("x (12), ...;"), std::string::npos) << line;
    EXPECT_LT(line.size(), 200u);
}

}  // namespace
}  // namespace caprec
