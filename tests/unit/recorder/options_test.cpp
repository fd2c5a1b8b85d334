// SPDX-License-Identifier: Apache-2.0
#include "recorder/options.h"

#include <gtest/gtest.h>

#include "schema/error.h"

namespace caprec {
namespace {

using Words = std::vector<std::string>;

// All options as one text: equal texts mean equal options.
std::string shown(const RecordOptions& options) {
    std::string text = options.output + "|" + options.user + "|" + std::to_string(options.buffer_bytes) + "|";
    text += options.wait_for_descendants ? "w" : "-";
    text += options.walk_every_stack ? "s" : "-";
    text += options.quiet ? "q" : "-";
    text += options.user_stacks == UserStackMode::snapshot         ? "d"
            : options.user_stacks == UserStackMode::frame_pointers ? "f"
                                                                   : "-";
    for (const pid_t process : options.scope.processes)
        text += "|" + std::to_string(process);
    text += options.scope.cgroup + options.scope.unit + options.scope.container + (options.scope.machine ? "|all" : "");
    text += options.only_kinds ? "|kinds" : "";
    text += options.rotation.seconds != 0 ? "|each " + std::to_string(options.rotation.seconds) : "";
    text += options.rotation.bytes != 0 ? "|each " + std::to_string(options.rotation.bytes) + " bytes" : "";
    text += options.seconds != 0 ? "|for " + std::to_string(options.seconds) : "";
    for (const std::string& word : options.command)
        text += "|" + word;
    return text;
}

struct Accepted {
    Words words;
    const char* options;
};

class AcceptedLines : public ::testing::TestWithParam<Accepted> {};

TEST_P(AcceptedLines, IsRead) {
    const CommandLine line = parse_command_line(GetParam().words);
    EXPECT_EQ(line.request, Request::record);
    EXPECT_EQ(shown(line.options), GetParam().options);
}

INSTANTIATE_TEST_SUITE_P(
    All, AcceptedLines,
    ::testing::Values(
        Accepted{{"--", "true"}, "caprec.cap||67108864|---d|true"},
        Accepted{{"true"}, "caprec.cap||67108864|---d|true"},
        Accepted{{"ls", "-o", "x", "--wait"}, "caprec.cap||67108864|---d|ls|-o|x|--wait"},
        Accepted{{"--", "--wait", "--"}, "caprec.cap||67108864|---d|--wait|--"},
        Accepted{{"-o", "a", "--", "true"}, "a||67108864|---d|true"},
        Accepted{{"-oa", "true"}, "a||67108864|---d|true"}, Accepted{{"-qo", "a", "true"}, "a||67108864|--qd|true"},
        Accepted{{"-qoa", "true"}, "a||67108864|--qd|true"}, Accepted{{"--output=a", "true"}, "a||67108864|---d|true"},
        Accepted{{"--output", "a", "true"}, "a||67108864|---d|true"},
        Accepted{{"-o", "-", "true"}, "-||67108864|---d|true"},
        Accepted{{"-o", "--", "--", "true"}, "--||67108864|---d|true"},
        Accepted{{"-u", "nobody", "true"}, "caprec.cap|nobody|67108864|---d|true"},
        Accepted{{"--wait", "--stacks", "-q", "true", "-q"}, "caprec.cap||67108864|wsqd|true|-q"},
        Accepted{{"--buffer-size", "1M", "true"}, "caprec.cap||1048576|---d|true"},
        Accepted{{"--buffer-size=64K", "-u0", "true", ""}, "caprec.cap|0|65536|---d|true|"},
        Accepted{{"--user-stacks", "dwarf", "true"}, "caprec.cap||67108864|---d|true"},
        Accepted{{"--user-stacks=fp", "true"}, "caprec.cap||16777216|---f|true"},
        Accepted{{"--user-stacks=none", "true"}, "caprec.cap||16777216|----|true"},
        Accepted{{"--user-stacks=none", "--buffer-size=1M", "true"}, "caprec.cap||1048576|----|true"},
        Accepted{{"-p", "17"}, "caprec.cap||67108864|---d|17"},
        Accepted{{"-p17,4711", "-d", "90"}, "caprec.cap||67108864|---d|17|4711|for 90"},
        Accepted{{"--cgroup=/a.slice", "-d", "10m"}, "caprec.cap||67108864|---d/a.slice|for 600"},
        Accepted{{"--unit", "ssh", "-d2h"}, "caprec.cap||67108864|---dssh|for 7200"},
        Accepted{{"--container", "4f3a", "-o", "-"}, "-||67108864|---d4f3a"},
        Accepted{{"-a", "-d", "7d", "-q"}, "caprec.cap||67108864|--qd|all|for 604800"},
        Accepted{{"--unique", "true"}, "caprec.cap||67108864|---d|kinds|true"},
        Accepted{{"-a", "--unique", "--rotate=1d", "-o", "%d.cap"}, "%d.cap||67108864|---d|all|kinds|each 86400"},
        Accepted{{"--unit=x", "--rotate", "10M", "-o%d"}, "%d||67108864|---dx|each 10485760 bytes"},
        Accepted{{"-", "x"}, "caprec.cap||67108864|---d|-|x"}));

struct RefusedLine {
    Words words;
    const char* text;  // text that the message must have
};

class RefusedLines : public ::testing::TestWithParam<RefusedLine> {};

TEST_P(RefusedLines, IsAnError) {
    try {
        parse_command_line(GetParam().words);
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(GetParam().text), std::string::npos) << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedLines,
    ::testing::Values(
        RefusedLine{{}, "no command"},
        RefusedLine{{"--user-stacks=lbr", "true"}, "--user-stacks takes dwarf, fp or none, not 'lbr'"},
        RefusedLine{{"--"}, "no command"}, RefusedLine{{"-q"}, "no command"}, RefusedLine{{"--", ""}, "no command"},
        RefusedLine{{"-o"}, "caprec --help"}, RefusedLine{{"-o", "", "--", "true"}, "-o needs"},
        RefusedLine{{"--output=", "true"}, "output"}, RefusedLine{{"-u", "", "true"}, "-u needs"},
        RefusedLine{{"-o", "a", "-o", "b", "true"}, "output"},
        RefusedLine{{"-p", "1", "true"}, "without a command: 'true'"},
        RefusedLine{{"--cgroup", "x", "--", "true"}, "without a command"},
        RefusedLine{{"-a", "true"}, "without a command"}, RefusedLine{{"-p", "x"}, "-p takes numbers"},
        RefusedLine{{"-p", "1,"}, "-p takes numbers"}, RefusedLine{{"-p", "0"}, "-p takes numbers"},
        RefusedLine{{"-p", ""}, "-p takes numbers"}, RefusedLine{{"--cgroup", ""}, "--cgroup needs"},
        RefusedLine{{"--unit", ""}, "--unit needs"}, RefusedLine{{"-p", "1", "-a"}, "only one of -p"},
        RefusedLine{{"--unit", "a", "--container", "b"}, "only one of -p"},
        RefusedLine{{"-a", "-u", "nobody"}, "go with a command"}, RefusedLine{{"-a", "--wait"}, "go with a command"},
        RefusedLine{{"-a", "-d", "0"}, "-d takes a time"}, RefusedLine{{"-a", "-d", "5w"}, "-d takes"},
        RefusedLine{{"-a", "-d", "367d"}, "-d takes"}, RefusedLine{{"-a", "-d", ""}, "-d takes"},
        RefusedLine{{"-a", "-d", "99999999999999999999"}, "-d takes"},
        RefusedLine{{"-d", "5", "true"}, "what is no command"},
        RefusedLine{{"--unique", "--stacks", "true"}, "only one of them"},
        RefusedLine{{"-a", "--rotate", "5", "-o", "%d"}, "--rotate takes a time"},
        RefusedLine{{"-a", "--rotate", "1K", "-o", "%d"}, "--rotate takes"},
        RefusedLine{{"-a", "--rotate", "x", "-o", "%d"}, "not 'x'"},
        RefusedLine{{"-a", "--rotate", "1h"}, "a name that the time changes"},
        RefusedLine{{"-a", "--rotate", "1h", "-o", "-"}, "a name that the time changes"},
        RefusedLine{{"-p", "1", "--rotate", "1h", "-o", "%d"}, "--rotate goes with"},
        RefusedLine{{"--rotate", "1h", "-o", "%d", "true"}, "--rotate goes with"},
        RefusedLine{{"--caps", "x", "true"}, "caps"}, RefusedLine{{"--hook", "x", "true"}, "hook"},
        RefusedLine{{"--wait=yes", "true"}, "wait"}, RefusedLine{{"--buffer-size", "many", "true"}, "--buffer-size"}));

TEST(Options, HelpAndVersionNeedNoCommand) {
    for (const char* word : {"-h", "--help"})
        EXPECT_EQ(parse_command_line({word}).request, Request::help) << word;
    EXPECT_EQ(parse_command_line({"--version"}).request, Request::version);
    EXPECT_EQ(parse_command_line({"-q", "--help", "--", "x"}).request, Request::help);
    EXPECT_EQ(parse_command_line({"true", "--help"}).request, Request::record) << "the command's own";
}

// As in capanalyze: the beginning of one option today may be that of two tomorrow.
TEST(Options, AbbreviationsAreRefused) {
    for (const Words& words : {Words{"--buf", "1M", "true"}, Words{"--buf=1M", "true"}, Words{"--wai", "true"},
                               Words{"--outp", "x", "--", "true"}, Words{"--user-stack=fp", "true"}}) {
        try {
            parse_command_line(words);
            ADD_FAILURE() << words[0];
        } catch (const Error& error) {
            const std::string text = error.what();
            EXPECT_TRUE(text.starts_with("unknown option --")) << text;
            EXPECT_TRUE(text.ends_with("; see 'caprec --help'")) << text;
        }
    }
}

TEST(Options, WhatTheyQuoteIsEscaped) {
    for (const Words& words :
         {Words{"--x\x1b", "true"}, Words{"--user-stacks=\x1b", "true"}, Words{"--buffer-size=\x1b", "true"}}) {
        try {
            parse_command_line(words);
            ADD_FAILURE() << words[0];
        } catch (const Error& error) {
            EXPECT_EQ(std::string(error.what()).find('\x1b'), std::string::npos) << error.what();
        }
    }
}

TEST(Options, HelpNamesEveryOptionAndNoLaterOne) {
    const std::string help = help_text();
    for (const char* text : {"-o", "-u", "--wait", "--stacks", "--user-stacks", "--buffer-size", "--hook", "-v", "-q",
                             "-h", "--version", "125", "126", "127"})
        EXPECT_NE(help.find(text), std::string::npos) << text;
    for (const char* text : {"-p", "--cgroup", "--unit", "--container", "-a", "-d", "--unique", "--rotate"})
        EXPECT_NE(help.find(text), std::string::npos) << text;
    for (const char* text : {"--caps", "--only", "--without", "--report"})
        EXPECT_EQ(help.find(text), std::string::npos) << text;
}

struct Size {
    const char* text;
    std::uint64_t bytes;  // 0: refused
};

class BufferSizes : public ::testing::TestWithParam<Size> {};

TEST_P(BufferSizes, InBytes) {
    const auto& [text, bytes] = GetParam();
    if (bytes == 0)
        EXPECT_THROW(parse_buffer_size(text), Error) << text;
    else
        EXPECT_EQ(parse_buffer_size(text), bytes) << text;
}

INSTANTIATE_TEST_SUITE_P(All, BufferSizes,
                         ::testing::Values(Size{"65536", 65536}, Size{"64K", 65536}, Size{"64k", 65536},
                                           Size{"65537", 131072}, Size{"100K", 131072}, Size{"16M", 16 << 20},
                                           Size{"3m", 4 << 20}, Size{"1G", 1 << 30}, Size{"1073741824", 1 << 30},
                                           Size{"1024M", 1 << 30}, Size{"65535", 0}, Size{"63K", 0}, Size{"2G", 0},
                                           Size{"1073741825", 0}, Size{"", 0}, Size{"K", 0}, Size{"16T", 0},
                                           Size{"16MB", 0}, Size{"-1", 0}, Size{"+64K", 0}, Size{" 64K", 0},
                                           Size{"64K ", 0}, Size{"0x100000", 0}, Size{"1.5M", 0},
                                           Size{"99999999999999999999999999", 0}, Size{"18446744073709551616", 0},
                                           Size{"18014398509481985K", 0}));

}  // namespace
}  // namespace caprec
