// SPDX-License-Identifier: Apache-2.0
//
// Every format of `capanalyze export` for several traces, against tests/golden/expected/export/FORMAT.TRACE, and rules
// that hold for all of them.
#include <gtest/gtest.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analyzer/commands/table.h"
#include "analyzer/export/export_format.h"
#include "schema/error.h"
#include "schema/words/utf8.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/pprof_text.h"
#include "tests/golden/run_command.h"
#include "tests/golden/sample_trace.h"
#include "tests/golden/test_name.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

struct NamedTrace {
    const char* name;
    Bytes (*trace)();
};
constexpr NamedTrace named_traces[] = {
    {"chown", chown_trace},       {"denied", denied_trace},  {"daemon", daemon_trace},   {"lossy", lossy_trace},
    {"nameless", nameless_trace}, {"idle", idle_trace},      {"hostile", hostile_trace}, {"cut", cut_trace},
    {"tasks", task_trace},        {"callers", caller_trace},
};

class Exports : public testing::TestWithParam<std::tuple<ExportFormat, NamedTrace>> {
protected:
    std::string format() const { return std::string(std::get<0>(GetParam()).name); }
    bool is_json() const { return format() == "speedscope" || format() == "perfetto"; }
    const NamedTrace& sample() const { return std::get<1>(GetParam()); }
    Result result() const { return exported(sample().trace(), {"--format", format()}); }
    std::string text() const { return format() == "pprof" ? pprof_text(result().out) : result().out; }
};

TEST_P(Exports, AreAsExpected) { expect_golden("export/" + format() + '.' + sample().name, text()); }

TEST_P(Exports, AreFitForATerminal) {
    const std::string all = text();
    for (std::string_view rest = all; !rest.empty();) {
        const CodePoint point = first_code_point(rest);
        ASSERT_TRUE(point.valid && (point.value == '\n' || !is_unsafe(point.value))) << "at " << rest.substr(0, 40);
        rest.remove_prefix(point.bytes);
    }
}

TEST_P(Exports, OfJsonAreJson) {
    if (is_json())
        EXPECT_TRUE(nlohmann::json::parse(text()).is_object());
}

TEST_P(Exports, SayOnStandardErrorWhatIsMissing) {
    const std::string name = sample().name;
    EXPECT_EQ(result().err.find("INCOMPLETE") != std::string::npos,
              name == "lossy" || name == "cut" || name == "tasks");
}

INSTANTIATE_TEST_SUITE_P(
    All, Exports,
    testing::Combine(testing::ValuesIn(std::vector(export_formats().begin(), export_formats().end())),
                     testing::ValuesIn(named_traces)),
    [](const auto& each) {
        return test_name(std::string(std::get<0>(each.param).name) + '_' + std::get<1>(each.param).name);
    });

TEST(Export, FoldedIsWhatStacksFolds) {
    const ScratchDirectory directory;
    directory.write("run.cap", daemon_trace());
    std::ostringstream out, err;
    Streams streams{out, err};
    run_command(std::vector<std::string>{"stacks", "--folded", "run.cap"}, streams);
    EXPECT_EQ(out.str(), exported(daemon_trace(), {"--format", "folded"}).out);
    EXPECT_NE(out.str(), "");
}

// In every format, there are the checks of the chosen capabilities, and no others.
TEST(Export, ChoosesCapabilities) {
    for (const ExportFormat& format : export_formats()) {
        std::string text =
            exported(chown_trace(), {"--cap", "sys_nice,chown", "--format", std::string(format.name)}).out;
        text = format.binary ? pprof_text(text) : text;
        EXPECT_NE(text.find("CAP_SYS_NICE"), std::string::npos) << format.name;
        EXPECT_NE(text.find("CAP_CHOWN"), std::string::npos) << format.name;
        EXPECT_EQ(text.find("CAP_SYS_ADMIN"), std::string::npos) << format.name;
    }
}

TEST(Export, ChoosesFrames) {
    const std::string all = exported(caller_trace(), {"--format", "folded"}).out;
    const std::string user = exported(caller_trace(), {"--format", "folded", "--frames", "user"}).out;
    const std::string kernel = exported(caller_trace(), {"--format", "folded", "--frames", "kernel"}).out;
    const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
    EXPECT_TRUE(has(all, ";main;") && has(all, ";setattr_prepare;"));
    EXPECT_TRUE(has(user, ";main;") && !has(user, "setattr_prepare") && has(user, ";[not recorded] 1"));
    EXPECT_EQ(kernel, "CAP_CHOWN;app;notify_change;setattr_prepare;cap_capable 4\n");
}

TEST(Export, TellsWhichFilesItLacked) {
    EXPECT_NE(exported(caller_trace(), {"--format", "folded"}).err.find("/opt/no/such/libc.so.6"), std::string::npos);
    EXPECT_EQ(exported(caller_trace(), {"--format", "folded", "--frames", "kernel"}).err, "");
}

TEST(Export, WritesAFile) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    std::ostringstream out, err;
    Streams streams{out, err};
    run_command(std::vector<std::string>{"export", "--format", "folded", "-o", "f", "run.cap"}, streams);
    EXPECT_EQ(out.str(), "");
    EXPECT_EQ(directory.read("f"), exported(chown_trace(), {"--format", "folded", "-o", "-"}).out);
}

TEST(Export, NeverOverwritesTheTrace) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    const std::string before = directory.read("run.cap");
    std::ostringstream out, err;
    Streams streams{out, err};
    EXPECT_THROW(
        run_command(std::vector<std::string>{"export", "--format", "folded", "-o", "./run.cap", "run.cap"}, streams),
        Error);
    EXPECT_EQ(directory.read("run.cap"), before);
}

TEST(ExportFormats, FindByName) {
    for (const ExportFormat& format : export_formats())
        EXPECT_EQ(find_export_format(format.name)->make, format.make);
    EXPECT_EQ(find_export_format("Folded"), nullptr);
}

// The processes of one pid follow each other on tracks of their own, and a pid can still be read off each.
TEST(PerfettoTracks, KeepProcessesOfOnePidApart) {
    const auto document = nlohmann::json::parse(exported(task_trace(), {"--format", "perfetto"}).out);
    std::vector<std::uint64_t> numbers;
    for (const auto& event : document["traceEvents"])
        if (event["ph"] == "X" && event["name"] == "process 1002")
            numbers.push_back(event["pid"]);
    EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1002, 10'001'002}));
}

}  // namespace
}  // namespace caprec
