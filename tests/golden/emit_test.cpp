// SPDX-License-Identifier: Apache-2.0
//
// Every output of every kind of result, against tests/golden/expected/RESULT.OUTPUT.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analyzer/emit/report/json.h"
#include "analyzer/emit/report/text.h"
#include "schema/words/utf8.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_analysis.h"
#include "tests/golden/test_name.h"

namespace caprec {
namespace {

struct NamedAnalysis {
    const char* name;
    Analysis (*make)();
};
constexpr NamedAnalysis named_analyses[] = {{"chown", chown_analysis},
                                            {"empty", empty_analysis},
                                            {"incomplete", incomplete_analysis},
                                            {"hostile", hostile_analysis}};

struct Output {
    const char* name;
    void (*write)(const Analysis&, std::ostream&);
};
constexpr Output outputs[] = {
    {"report.txt",
     [](const Analysis& a, std::ostream& out) {
         report_text(a, {false, false, "run.cap"}, out);
     }},
    {"report-verbose.txt",
     [](const Analysis& a, std::ostream& out) {
         report_text(a, {false, true, "run.cap"}, out);
     }},
    {"tree.txt", [](const Analysis& a, std::ostream& out) { tree_text(a, {}, out); }},
    {"report.json", [](const Analysis& a, std::ostream& out) { report_json(a, out); }},
    {"tree.json", tree_json},
};

std::string emitted(const Output& output, const Analysis& analysis) {
    std::ostringstream out;
    output.write(analysis, out);
    return out.str();
}

class Emit : public testing::TestWithParam<std::tuple<NamedAnalysis, Output>> {};

TEST_P(Emit, IsAsExpected) {
    const auto& [result, output] = GetParam();
    expect_golden(std::string(result.name) + '.' + output.name, emitted(output, result.make()));
}

// Whatever the trace says, a terminal gets printable text and line feeds.
TEST_P(Emit, IsFitForATerminal) {
    const auto& [result, output] = GetParam();
    const std::string text = emitted(output, result.make());
    for (std::string_view rest = text; !rest.empty();) {
        const CodePoint point = first_code_point(rest);
        ASSERT_TRUE(point.valid && (point.value == '\n' || !is_unsafe(point.value))) << "at " << rest.substr(0, 40);
        rest.remove_prefix(point.bytes);
    }
}

TEST_P(Emit, JsonIsJson) {
    const auto& [result, output] = GetParam();
    if (!std::string_view(output.name).ends_with(".json"))
        return;
    const auto json = nlohmann::json::parse(emitted(output, result.make()));
    EXPECT_EQ(json.at("schema"),
              "capanalyze/" + std::string(output.name).substr(0, std::string(output.name).find('.')) + "/1");
    EXPECT_EQ(json.at("trace").at("complete"), result.make().completeness.complete);
}

INSTANTIATE_TEST_SUITE_P(All, Emit, testing::Combine(testing::ValuesIn(named_analyses), testing::ValuesIn(outputs)),
                         [](const auto& each) {
                             return test_name(std::string(std::get<0>(each.param).name) + '_' +
                                              std::get<1>(each.param).name);
                         });

TEST(ReportText, FitsOneScreen) {
    const std::string text = emitted(outputs[0], chown_analysis());
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 24);
}

TEST(ReportText, SaysIncompleteFirst) {
    const std::string text = emitted(outputs[0], incomplete_analysis());
    EXPECT_TRUE(text.starts_with("INCOMPLETE: 12 checks were lost")) << text;
}

TEST(ReportText, ColoursOnlyWhenAsked) {
    std::ostringstream out;
    report_text(chown_analysis(), {.color = true, .verbose = false, .file = {}}, out);
    EXPECT_NE(out.str().find("\x1b[32mCAP_CHOWN CAP_SYS_NICE\x1b[0m"), std::string::npos);
}

TEST(Json, KeepsBytesThatAreNotText) {
    const auto json = nlohmann::json::parse(emitted(outputs[3], hostile_analysis()));
    EXPECT_EQ(json["trace"]["host_b64"], "YRtbMzFtcmVkG1swbQoHIidc/+KArnR4dC5leGXCmwDDqQ==");
    EXPECT_FALSE(json["trace"].contains("lost_b64"));
}

// 100,000 processes, each the child of the one before: no recursion, and no lines of 200,000 blanks.
TEST(TreeText, TakesDeepChains) {
    Analysis analysis = empty_analysis();
    const Process model = analysis.processes[0];
    for (std::uint64_t id = 2; id <= 100'000; ++id) {
        analysis.processes.push_back(model);
        analysis.processes.back().id = id;
        analysis.processes.back().parent = id - 1;
    }
    const std::string text = emitted(outputs[2], analysis);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 100'001);
    EXPECT_LT(text.size(), 12'000'000u);
    EXPECT_NE(text.find("(level 99999) true\n"), std::string::npos);
}

TEST(TreeText, TakesManySiblings) {
    Analysis analysis = empty_analysis();
    const Process model = analysis.processes[0];
    for (std::uint64_t id = 2; id <= 100'000; ++id) {
        analysis.processes.push_back(model);
        analysis.processes.back().id = id;
        analysis.processes.back().parent = 1;
    }
    const std::string text = emitted(outputs[2], analysis);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 100'001);
}

}  // namespace
}  // namespace caprec
