// SPDX-License-Identifier: Apache-2.0
//
// Whoever is asked, the answer is the same: report, why, tree, events, stacks, what export writes, and a merged trace.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>

#include <nlohmann/json.hpp>

#include "schema/capability_numbers.h"
#include "tests/golden/run_command.h"
#include "tests/support/random_run.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

using Json = nlohmann::json;

// The number of checks by program, capability, rule and phase.
using VerdictCounts = std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint64_t>;

VerdictCounts of_report(const std::string& file) {
    VerdictCounts counts;
    const Json report = Json::parse(run({"report", "--json", file}).out);
    for (const Json& finding : report["capabilities"]) {
        EXPECT_EQ(finding["more_reasons"], 0);
        for (const Json& reason : finding["reasons"])
            if (reason["count"] != 0)
                counts[{finding["name"], reason["image"], reason["rule"], reason["phase"]}] +=
                    reason["count"].get<std::uint64_t>();
    }
    return counts;
}

std::vector<Json> lines_of(const std::string& text, std::string_view type) {
    std::vector<Json> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        Json json = Json::parse(line);
        if (!json.contains("type") || json["type"] == type)
            lines.push_back(std::move(json));
    }
    return lines;
}

VerdictCounts of_lines(const std::vector<Json>& lines, const char* count) {
    VerdictCounts counts;
    for (const Json& line : lines)
        counts[{line["capability"], line["image"], line["rule"], line["phase"]}] += line.value(count, std::uint64_t{1});
    return counts;
}

std::vector<std::string> csv_fields(const std::string& line) {
    std::vector<std::string> fields(1);
    bool is_quoted = false;
    for (const char c : line)
        if (c == '"')
            is_quoted = !is_quoted;
        else if (c == ',' && !is_quoted)
            fields.emplace_back();
        else
            fields.back() += c;
    return fields;
}

VerdictCounts of_csv(const std::string& text) {
    VerdictCounts counts;
    std::istringstream in(text);
    std::string line;
    std::getline(in, line);
    const std::vector<std::string> names = csv_fields(line);
    while (std::getline(in, line)) {
        const std::vector<std::string> fields = csv_fields(line);
        EXPECT_EQ(fields.size(), names.size()) << line;
        const auto field = [&](const char* name) {
            return fields.at(static_cast<std::size_t>(std::ranges::find(names, name) - names.begin()));
        };
        counts[{field("capability"), field("image"), field("rule"), field("phase")}] += std::stoull(field("checks"));
    }
    return counts;
}

VerdictCounts of_why(const std::string& file, const VerdictCounts& asked) {
    std::set<std::string> capabilities;
    for (const auto& [what, count] : asked)
        capabilities.insert(std::get<0>(what));
    VerdictCounts counts;
    for (const std::string& capability : capabilities) {
        const Json why = Json::parse(run({"why", "--json", file, capability}).out);
        EXPECT_EQ(why["more_reasons"], 0);
        for (const Json& reason : why["reasons"])
            if (reason["count"] != 0)
                counts[{capability, reason["image"], reason["rule"], reason["phase"]}] +=
                    reason["count"].get<std::uint64_t>();
    }
    return counts;
}

// The weight at the end of each line.
std::uint64_t weight_of_folded(const std::string& text) {
    std::istringstream in(text);
    std::uint64_t sum = 0;
    for (std::string line; std::getline(in, line);)
        sum += std::stoull(line.substr(line.rfind(' ') + 1));
    return sum;
}

// Stacks say no verdict, but can be asked for those of one.
void expect_stacks_of_verdicts(const std::string& file, const std::vector<Json>& events) {
    std::map<std::string, std::uint64_t> counts;
    for (const Json& line : events)
        counts[line["verdict"]] += line.value("count", std::uint64_t{1});
    for (const auto& [verdict, count] : counts) {
        std::uint64_t of_stacks = 0;
        const Json answer = Json::parse(run({"stacks", "--json", "--verdict", verdict, file}).out);
        for (const Json& stack : answer["stacks"])
            of_stacks += stack["count"].get<std::uint64_t>();
        EXPECT_EQ(of_stacks, count) << verdict;
        EXPECT_EQ(weight_of_folded(run({"export", "--format", "folded", "--verdict", verdict, file}).out), count)
            << verdict;
    }
}

std::string events_from_a_pipe(const std::string& file, const char* choice) {
    EXPECT_EQ(mkfifo("pipe", 0600), 0);
    std::thread writer(
        [&] { std::ofstream("pipe", std::ios::binary) << std::ifstream(file, std::ios::binary).rdbuf(); });
    const Result result = run({"events", choice, "--json", "pipe"});
    writer.join();
    EXPECT_EQ(std::remove("pipe"), 0);
    EXPECT_EQ(result.err, "");
    return result.out;
}

// The needs of each process, as the lines say.
std::map<std::uint64_t, std::set<std::string>> needed_by(const std::vector<Json>& lines) {
    std::map<std::uint64_t, std::set<std::string>> needed;
    for (const Json& line : lines)
        if (line["granted"] == true && line["verdict"] != "not_needed")
            needed[line["process"]].insert(line["capability"].get<std::string>());
    return needed;
}

using Rules = std::map<std::tuple<std::string, std::string, std::string>, std::int64_t>;

// A pipe cannot be read twice: a verdict that was shown first may be wrong where it was said to be open, and only
// there, and the end tells the final one.
void expect_same_from_a_pipe(const std::string& file, const std::vector<Json>& events) {
    const std::string text = events_from_a_pipe(file, "--all");
    const std::vector<Json> shown = lines_of(text, "check");
    ASSERT_EQ(shown.size(), events.size());
    Rules changed;  // by capability, program, old and new rule: how many more
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const Json &first = shown[i], &last = events[i];
        EXPECT_EQ(first["order"], last["order"]);
        EXPECT_TRUE(first["rule"] == last["rule"] || first.contains("verdict_open")) << first << last;
        EXPECT_TRUE(first["phase"] == last["phase"] || first.contains("phase_open")) << first << last;
        if (first["rule"] != last["rule"])
            changed[{last["capability"], last["image"], last["rule"]}] += last.value("count", std::int64_t{1});
    }
    Rules told;
    for (const Json& end : lines_of(text, "end"))
        for (const Json& late : end.value("late_verdicts", Json::array()))
            if (late["rule"] != late["rule_before"])
                told[{late["capability"], late["image"], late["rule"]}] += late["count"].get<std::int64_t>();
    EXPECT_EQ(changed, told);
}

// `events` leaves out what the report sums up as noise, and nothing else, and says how much that is.  Of what comes
// through a pipe, it shows more where a verdict is open, and never less.
void expect_noise_left_out(const std::string& file, const std::vector<Json>& events) {
    std::set<std::string> noise;
    std::uint64_t count = 0;
    const Json report = Json::parse(run({"report", "--json", file}).out);
    for (const Json& line : report["noise"]) {
        noise.insert(line["rule"]);
        count += line["count"].get<std::uint64_t>();
    }
    std::vector<Json> expected;
    std::ranges::copy_if(events, std::back_inserter(expected),
                         [&](const Json& line) { return !noise.contains(line["rule"]); });
    const std::string text = run({"events", "--json", file}).out;
    EXPECT_EQ(lines_of(text, "check"), expected);
    EXPECT_EQ(lines_of(text, "end").at(0)["left_out"], count);

    const std::string piped = events_from_a_pipe(file, "--time=rel");  // any option that JSON does not look at
    std::set<std::uint64_t> shown;
    std::uint64_t all = lines_of(piped, "end").at(0)["left_out"];
    for (const Json& line : lines_of(piped, "check")) {
        shown.insert(line["order"].get<std::uint64_t>());
        all += line["count"].get<std::uint64_t>();
        EXPECT_TRUE(line.contains("verdict_open") || !noise.contains(line["rule"])) << line;
    }
    for (const Json& line : expected)
        EXPECT_TRUE(shown.contains(line["order"].get<std::uint64_t>())) << line;
    for (const Json& line : events)
        all -= line["count"].get<std::uint64_t>();
    EXPECT_EQ(all, 0u);
    const std::string printed = run({"events", file}).out;
    EXPECT_EQ(printed.ends_with("(--all shows them)\n") || printed.ends_with("(--all shows it)\n"), count != 0);
    EXPECT_EQ(printed.find("left out: " + std::to_string(count)) != std::string::npos, count != 0) << printed;
}

void expect_one_verdict(const std::string& file) {
    const std::vector<Json> events = lines_of(run({"events", "--all", "--json", file}).out, "check");
    const VerdictCounts report = of_report(file);
    EXPECT_EQ(of_lines(events, "count"), report);
    EXPECT_EQ(of_lines(lines_of(run({"export", "--format", "ndjson", file}).out, "check"), "checks"), report);
    EXPECT_EQ(of_csv(run({"export", "--format", "csv", file}).out), report);
    EXPECT_EQ(of_why(file, report), report);
    expect_stacks_of_verdicts(file, events);
    for (const Json& line : events)
        EXPECT_FALSE(line.contains("verdict_open") || line.contains("phase_open")) << line;
    expect_same_from_a_pipe(file, events);
    expect_noise_left_out(file, events);

    const Json tree = Json::parse(run({"tree", "--json", file}).out);
    const Json whole = Json::parse(run({"report", "--json", file}).out);
    const auto needed = needed_by(events);
    for (const Json& process : tree["processes"]) {
        const auto of_process = needed.find(process["id"].get<std::uint64_t>());
        const bool needs = of_process != needed.end();
        EXPECT_EQ(process["capabilities"].empty(), !needs) << process;
        for (const Json& capability : process["capabilities"]) {
            const auto& set = whole["minimal"]["capabilities"];
            EXPECT_TRUE(of_process->second.contains(capability) || std::ranges::find(set, capability) != set.end())
                << process;
        }
    }
    EXPECT_EQ(run({"merge", file, "-o", "merged.cap"}).status, 0);
    EXPECT_EQ(of_report("merged.cap"), report);
    EXPECT_EQ(run({"diff", file, "merged.cap", "--json"}).status, 0);
}

TEST(OneVerdict, WhoeverIsAsked) {
    const ScratchDirectory scratch;
    for (unsigned seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE(seed);
        scratch.write("run.cap", RandomRun(seed).trace());
        expect_one_verdict("run.cap");
        if (HasFailure())
            break;
    }
}

// Three checks of one kind: two at two places, and one that may have been at either.
Bytes of_two_places() {
    TraceBuilder trace;
    trace.process(1, 0, "tool");
    trace.exec(1, "/bin/tool", {"tool"});
    std::uint64_t sequence = 0;
    for (const std::string_view site : {"pagemap_read", "", "r_show"}) {
        CheckRow row;
        row.thread = 1;
        row.capability = cap_sys_admin;
        row.flags = check_real_credential | check_current_credential;
        row.credential = trace.credential(0, CapabilitySet(~std::uint64_t{0} >> 23));
        row.abi = static_cast<std::uint64_t>(Abi::x86_64);
        row.syscall = syscall_number(Abi::x86_64, "read").value();
        row.syscall_sequence = ++sequence;
        row.key = 7;
        if (!site.empty()) {
            row.flags |= check_walked;
            row.stack = trace.stack({"cap_capable", "capable", site});
        }
        trace.add(row);
        trace.returns(row, 0);
    }
    trace.exit(1, 0);
    return trace.finish();
}

TEST(OneVerdict, OfACheckThatWasAtOneOfTwoPlaces) {
    const ScratchDirectory scratch;
    scratch.write("run.cap", of_two_places());
    expect_one_verdict("run.cap");
    const Json tree = Json::parse(run({"tree", "--json", "run.cap"}).out);
    EXPECT_EQ(tree["processes"][0]["capabilities"], Json::array({"CAP_SYS_ADMIN"}));
}

}  // namespace
}  // namespace caprec
