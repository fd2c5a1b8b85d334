// SPDX-License-Identifier: Apache-2.0
//
// Whole commands on traces made in memory: what a user types, and everything that he sees.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "analyzer/commands/command.h"
#include "schema/error.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_trace.h"
#include "tests/golden/scratch_directory.h"

namespace caprec {
namespace {

struct Row {
    const char* golden;
    Bytes (*trace)();
    std::vector<std::string> arguments;
};

const Row rows[] = {
    {"cmd-report.txt", chown_trace, {"run.cap"}},
    {"cmd-report-verbose.txt", chown_trace, {"-v", "run.cap"}},
    {"cmd-report.json", chown_trace, {"--json", "run.cap"}},
    {"cmd-report-denied.txt", denied_trace, {"report", "run.cap"}},
    {"cmd-report-denied.json", denied_trace, {"report", "--json", "run.cap"}},
    {"cmd-report-lossy.txt", lossy_trace, {"run.cap"}},
    {"cmd-report-lossy.json", lossy_trace, {"run.cap", "--json"}},
    {"cmd-report-cut.txt", cut_trace, {"run.cap"}},
    {"cmd-report-damaged.txt", damaged_trace, {"run.cap"}},
    {"cmd-report-hostile.txt", hostile_trace, {"run.cap"}},
    {"cmd-report-hostile.json", hostile_trace, {"--json", "report", "run.cap"}},
    {"cmd-report-idle.txt", idle_trace, {"run.cap"}},
    {"cmd-report-unrun.txt", unrun_trace, {"run.cap"}},
    {"cmd-report-real.txt", real_trace, {"run.cap"}},
    {"cmd-report-real.json", real_trace, {"run.cap", "--json"}},
    {"cmd-minimal-unrun.txt", unrun_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-real.txt", real_trace, {"minimal", "run.cap"}},
    {"cmd-tree-real.txt", real_trace, {"tree", "run.cap"}},
    {"cmd-tree.txt", chown_trace, {"tree", "run.cap"}},
    {"cmd-tree.json", chown_trace, {"tree", "run.cap", "--json"}},
    {"cmd-tree-denied.txt", denied_trace, {"tree", "-v", "run.cap"}},
    {"cmd-tree-hostile.txt", hostile_trace, {"tree", "run.cap"}},
    {"cmd-tree-cut.txt", cut_trace, {"tree", "run.cap"}},
    {"cmd-events.txt", chown_trace, {"events", "run.cap"}},
    {"cmd-events-rel.txt", chown_trace, {"events", "--time=rel", "run.cap"}},
    {"cmd-events-mono-stacks.txt", chown_trace, {"events", "--time", "mono", "-K", "--cap", "chown", "run.cap"}},
    {"cmd-events-unique.txt", chown_trace, {"events", "run.cap", "--unique"}},
    {"cmd-events-lossy.txt", lossy_trace, {"events", "--cap", "CAP_SYS_NICE", "run.cap"}},
    {"cmd-events-hostile.txt", hostile_trace, {"events", "-K", "run.cap"}},
    {"cmd-events-hostile.json", hostile_trace, {"events", "-K", "--json", "run.cap"}},
    {"cmd-events-denied.json", denied_trace, {"--json", "events", "run.cap"}},
    {"cmd-stacks.txt", chown_trace, {"stacks", "run.cap"}},
    {"cmd-stacks-folded.txt", chown_trace, {"stacks", "--folded", "run.cap"}},
    {"cmd-stacks-cap.txt", chown_trace, {"stacks", "--cap", "chown", "run.cap"}},
    {"cmd-stacks.json", chown_trace, {"stacks", "--json", "run.cap"}},
    {"cmd-stacks-hostile-folded.txt", hostile_trace, {"stacks", "--folded", "run.cap"}},
    {"cmd-minimal.txt", chown_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-verbose.txt", chown_trace, {"minimal", "-v", "run.cap"}},
    {"cmd-minimal.json", chown_trace, {"minimal", "--json", "run.cap"}},
    {"cmd-minimal-idle.txt", idle_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-lossy.txt", lossy_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-lossy-allowed.txt", lossy_trace, {"minimal", "--allow-incomplete", "run.cap"}},
    {"cmd-info.txt", chown_trace, {"info", "run.cap"}},
    {"cmd-info.json", chown_trace, {"info", "--json", "run.cap"}},
    {"cmd-info-lossy.txt", lossy_trace, {"info", "run.cap"}},
    {"cmd-info-cut.txt", cut_trace, {"info", "run.cap"}},
    {"cmd-info-hostile.txt", hostile_trace, {"info", "run.cap"}},
    {"cmd-help.txt", idle_trace, {"--help"}},
    {"cmd-help-report.txt", idle_trace, {"report", "--help"}},
    {"cmd-help-events.txt", idle_trace, {"events", "-h"}},
    {"cmd-help-minimal.txt", idle_trace, {"minimal", "-h"}},
    {"cmd-help-stacks.txt", idle_trace, {"stacks", "-h"}},
    {"cmd-version.txt", idle_trace, {"--version"}},
    // mistakes
    {"cmd-error-option.txt", chown_trace, {"--bogus", "run.cap"}},
    {"cmd-error-later-option.txt", chown_trace, {"report", "--symbols", "run.cap"}},
    {"cmd-error-abbreviation.txt", chown_trace, {"events", "--uniq", "run.cap"}},
    {"cmd-error-command.txt", chown_trace, {"repotr", "run.cap"}},
    {"cmd-error-later-command.txt", chown_trace, {"diff", "run.cap", "run.cap"}},
    {"cmd-error-typed.txt", chown_trace, {"tre"}},
    {"cmd-error-missing.txt", chown_trace, {"nothere.cap"}},
    {"cmd-error-directory.txt", chown_trace, {"."}},
    {"cmd-error-two-files.txt", chown_trace, {"run.cap", "run.cap"}},
    {"cmd-error-no-file.txt", chown_trace, {"tree"}},
    {"cmd-error-capability.txt", chown_trace, {"events", "--cap", "CAP_\x1b", "run.cap"}},
    {"cmd-error-verdict.txt", chown_trace, {"events", "--verdict", "maybe", "run.cap"}},
    {"cmd-error-pid.txt", chown_trace, {"events", "-p", "12x", "run.cap"}},
    {"cmd-error-time.txt", chown_trace, {"events", "--time", "utc", "run.cap"}},
    {"cmd-error-value.txt", chown_trace, {"events", "run.cap", "--time"}},
    {"cmd-error-no-trace.txt", [] { return Bytes(100, std::byte{'x'}); }, {"run.cap"}},
    {"cmd-error-empty.txt", [] { return Bytes(); }, {"run.cap"}},
    {"cmd-error-first-chunk.txt",
     [] {
         Bytes bytes = chown_trace();
         bytes[100] ^= std::byte{1};
         return bytes;
     },
     {"run.cap"}},
};

std::string run(const std::vector<std::string>& arguments) {
    std::ostringstream out, err;
    Streams streams{out, err};
    int status = exit_failure;
    try {
        status = run_command(arguments, streams);
    } catch (const Error& error) {
        err << "capanalyze: " << error.what() << '\n';  // as main does
    }
    std::string text = out.str();
    if (!err.str().empty())
        text += "--- stderr\n" + err.str();
    return status == 0 ? text : text + "--- exit status " + std::to_string(status) + '\n';
}

// How many bytes a trace takes is the business of the format, which other tests look at.
std::string without_sizes(const std::string& text) {
    static const std::regex in_text("[0-9,]+( bytes, | bytes for each)");
    static const std::regex in_json("(\"bytes\": )[0-9]+");
    return std::regex_replace(std::regex_replace(text, in_text, "#$1"), in_json, "$010");
}

class Commands : public testing::TestWithParam<Row> {};

TEST_P(Commands, ShowsWhatIsExpected) {
    const ScratchDirectory directory;
    directory.write("run.cap", GetParam().trace());
    expect_golden(GetParam().golden, without_sizes(run(GetParam().arguments)));
}

std::string test_name(const testing::TestParamInfo<Row>& info) {
    std::string name = info.param.golden;
    for (char& letter : name)
        letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, Commands, testing::ValuesIn(rows), test_name);

TEST(CommandLine, OptionsStandAnywhere) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    const std::string expected = run({"events", "--json", "--cap", "chown", "run.cap"});
    EXPECT_EQ(run({"--json", "events", "run.cap", "--cap=chown"}), expected);
    EXPECT_EQ(run({"events", "run.cap", "--cap", "CAP_CHOWN", "--json"}), expected);
    EXPECT_EQ(run({"events", "--json", "--cap", "0,chown", "--", "run.cap"}).find("error"), std::string::npos);
    EXPECT_EQ(run({"-v", "run.cap"}), run({"report", "run.cap", "--verbose"}));
}

TEST(CommandLine, AFileMayBeNamedLikeACommand) {
    const ScratchDirectory directory;
    directory.write("info", idle_trace());
    EXPECT_NE(run({"./info"}).find("Minimal set: none"), std::string::npos);
    EXPECT_NE(run({"--", "info"}).find("Minimal set: none"), std::string::npos);
    EXPECT_NE(run({"info", "info"}).find("state           whole"), std::string::npos);
}

struct FilterRow {
    std::vector<std::string> filter;
    int lines;
};

TEST(Events, FiltersChooseLines) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    const FilterRow filters[] = {
        {{}, 5},
        {{"--cap", "chown,sys_nice"}, 2},
        {{"--pid", "1003"}, 2},
        {{"-p", "1003", "-p", "1004"}, 3},
        {{"-p", "77"}, 0},
        {{"--image", "chown"}, 2},
        {{"--image", "/usr/bin/chown"}, 2},
        {{"--image", "own"}, 0},
        {{"--comm", "sh"}, 5},
        {{"--verdict", "required"}, 2},
        {{"--verdict", "not_needed,required"}, 5},
        {{"--verdict", "denied"}, 0},
        {{"--verdict", "granted"}, 5},
        {{"--verdict", "required", "--image", "nice"}, 1},
    };
    for (const FilterRow& row : filters) {
        std::vector<std::string> arguments = {"events", "run.cap"};
        arguments.insert(arguments.end(), row.filter.begin(), row.filter.end());
        const std::string text = run(arguments);
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + row.lines) << text;
    }
}

}  // namespace
}  // namespace caprec
