// SPDX-License-Identifier: Apache-2.0
//
// What changed between two runs: all that can become of a verdict, and whole commands.
#include <gtest/gtest.h>
#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <tuple>

#include "analyzer/diff.h"
#include "analyzer/emit/diff_formats.h"
#include "tests/golden/golden_file.h"

namespace caprec {
namespace {

constexpr NeedState states[] = {NeedState::not_asked,   NeedState::not_needed, NeedState::tolerated,
                                NeedState::alternative, NeedState::required,   NeedState::unclassified,
                                NeedState::missing};
constexpr unsigned chown = 0, dac_override = 1;

Verdict verdict_of(NeedState state) {
    switch (state) {
        case NeedState::alternative: return Verdict::alternative;
        case NeedState::required: return Verdict::required;
        case NeedState::unclassified: return Verdict::unclassified;
        case NeedState::missing: return Verdict::missing;
        default: return Verdict::not_needed;
    }
}

void add(Analysis& analysis, const std::string& image, unsigned capability, NeedState state) {
    if (state == NeedState::not_asked)
        return;
    ProgramFinding finding;
    finding.image = image;
    finding.capability = capability;
    finding.verdict = verdict_of(state);
    const bool denied = state == NeedState::tolerated || state == NeedState::missing;
    (denied ? finding.denied : finding.granted) = 1;
    Reason& reason = finding.reasons.emplace_back();
    reason.capability = capability;
    reason.verdict = finding.verdict;
    reason.granted = !denied;
    reason.count = 1;
    reason.rule = need_state_name(state);
    reason.why = "a reason";
    reason.image = image;
    reason.syscall = "fchownat";
    reason.object = "f";
    reason.site = "setattr_prepare";
    reason.any_of = CapabilitySet(state == NeedState::alternative ? 6 : std::uint64_t{1} << capability);
    if (state == NeedState::missing)
        reason.error = EPERM;
    reason.user_stack.frames = {{"main", "", 0, image, 16, 0, false}};
    analysis.by_program.push_back(std::move(finding));
}

Analysis run_of(const std::string& version) {
    Analysis analysis;
    analysis.run.header.command = {"service", version};
    analysis.run.header.host_name = "host";
    analysis.run.header.kernel_release = "6.18";
    analysis.run.header.machine = "x86_64";
    return analysis;
}

std::string text_of(const Analysis& before, const Analysis& after, bool verbose) {
    const Diff result = diff(before, after);
    std::ostringstream out;
    diff_text({before, after, result}, {false, verbose, {}}, out);
    return out.str();
}

// A program for each pair of states.
struct AllPairs {
    Analysis before = run_of("1"), after = run_of("2");
    AllPairs() {
        for (const NeedState old : states) {
            for (const NeedState now : states) {
                const std::string image = std::string("/bin/") + need_state_name(old) + "-" + need_state_name(now);
                add(before, image, chown, old);
                add(after, image, chown, now);
                // so that both runs have the program
                add(before, image, dac_override, NeedState::not_needed);
                add(after, image, dac_override, NeedState::not_needed);
            }
        }
    }
};

TEST(Diff, EveryTransition) {
    std::string table;
    for (const NeedState old : states) {
        for (const NeedState now : states) {
            const auto found = transition(old, now);
            ASSERT_EQ(found.has_value(), old != now);
            if (found)
                table += std::string(need_state_name(old)) + " -> " + need_state_name(now) + ": " +
                         change_kind_name(found->kind) + (found->regression ? ", regression\n" : "\n");
        }
    }
    expect_golden("diff-transitions.txt", table);
}

TEST(Diff, EveryTransitionInWords) {
    const AllPairs runs;
    expect_golden("diff-all.txt", text_of(runs.before, runs.after, false));
    expect_golden("diff-all-verbose.txt", text_of(runs.before, runs.after, true));
    std::ostringstream json;
    diff_json({runs.before, runs.after, diff(runs.before, runs.after)}, json);
    expect_golden("diff-all.json", json.str());
}

TEST(Diff, WhatElseChanged) {
    Analysis before = run_of("1"), after = run_of("2");
    add(before, "/opt/1.0/service", chown, NeedState::not_needed);
    add(after, "/opt/1.1/service", chown, NeedState::required);
    after.by_program[0].reasons[0].user_stack.frames.push_back({"rotate", "", 0, "/lib/liblog.so.1", 16, 0, false});
    add(before, "/usr/bin/gone", chown, NeedState::required);
    add(after, "/usr/bin/helper", chown, NeedState::missing);
    before.files = {{"/lib/liblog.so.1", "\x12\x34"}, {"/lib/same.so", "\x55"}, {"/lib/two.so", "a"}};
    after.files = {
        {"/lib/liblog.so.1", "\xab\xcd"}, {"/lib/same.so", "\x55"}, {"/lib/two.so", "b"}, {"/lib/two.so", "c"}};
    after.run.header.kernel_release = "6.19";
    expect_golden("diff-versions.txt", text_of(before, after, false));
    const Diff result = diff(before, after);
    for (const DiffFormat& format : diff_formats()) {
        std::ostringstream out;
        format.write({before, after, result}, {}, out);
        if (format.name != "text")
            expect_golden("diff-versions." + std::string(format.name), out.str());
    }
}

TEST(Diff, OfNothingInEveryFormat) {
    const Analysis run = run_of("1");
    std::string all;
    for (const DiffFormat& format : diff_formats()) {
        std::ostringstream out;
        format.write({run, run, diff(run, run)}, {}, out);
        all += "--- " + std::string(format.name) + "\n" + out.str();
    }
    expect_golden("diff-nothing.txt", all);
}

TEST(Diff, NamesFromTheTraceAreEscaped) {
    const std::string evil = "/bin/\x1b[31m\n\xff";
    Analysis before = run_of(evil), after = run_of(evil);
    before.run.header.host_name = after.run.header.host_name = before.run.header.kernel_release = evil;
    add(after, evil, chown, NeedState::required);
    before.files = {{evil, "a"}};
    after.files = {{evil, "b"}};
    const Diff result = diff(before, after);
    for (const DiffFormat& format : diff_formats()) {
        std::ostringstream out;
        format.write({before, after, result}, {false, true, {}}, out);
        EXPECT_EQ(out.str().find('\x1b'), std::string::npos) << format.name;
        EXPECT_EQ(out.str().find('\xff'), std::string::npos) << format.name;
    }
}

// What would end a line, a cell, an element or a property, or begin one.
TEST(Diff, NamesFromTheTraceAreTextInEveryFormat) {
    const std::string evil = "/bin/a|b<c>&\"d\"\n::error::%0A[x](y)`z`";
    Analysis before = run_of("1"), after = run_of("2");
    add(after, evil, chown, NeedState::required);
    after.by_program[0].reasons[0].user_stack.frames = {{"f|<b>", "a,b:c.c", 7, evil, 16, 0, false}};
    const Diff result = diff(before, after);
    std::string all;
    for (const DiffFormat& format : diff_formats()) {
        std::ostringstream out;
        format.write({before, after, result}, {}, out);
        all += "--- " + std::string(format.name) + "\n" + out.str();
    }
    expect_golden("diff-hostile.txt", all);
}

TEST(Diff, ProgramsOfOneNameInSeveralPlacesAreNotGuessedAt) {
    Analysis before = run_of("1"), after = run_of("2");
    add(before, "/a/tool", chown, NeedState::required);
    add(after, "/b/tool", chown, NeedState::required);
    add(after, "/c/tool", chown, NeedState::required);
    const Diff result = diff(before, after);
    ASSERT_EQ(result.changes.size(), 3u);
    EXPECT_EQ(result.changes[0].image_before, "");
    EXPECT_EQ(result.changes[2].kind, ChangeKind::no_longer_needed);

    before.by_program.clear();
    add(before, "/a/tool", chown, NeedState::required);
    after.by_program.pop_back();
    EXPECT_TRUE(diff(before, after).changes.empty());
}

Analysis any_run(std::minstd_rand& random) {
    Analysis analysis = run_of("any");
    for (const char* image : {"/bin/a", "/bin/b", "/usr/bin/c", "/opt/d", ""}) {
        for (unsigned capability = 0; capability < 4; ++capability)
            add(analysis, image, capability, states[random() % std::size(states)]);
    }
    return analysis;
}

using Seen = std::set<std::tuple<std::string, unsigned, NeedState, NeedState>>;
Seen seen_in(const Diff& result, bool swapped) {
    Seen seen;
    for (const Change& change : result.changes)
        seen.emplace(change.image.empty() ? change.image_before : change.image, change.capability,
                     swapped ? change.after : change.before, swapped ? change.before : change.after);
    return seen;
}

TEST(Diff, OfARunWithItselfIsEmptyAndOfTwoIsItsMirror) {
    std::minstd_rand random(7);
    for (int round = 0; round < 200; ++round) {
        const Analysis one = any_run(random), other = any_run(random);
        EXPECT_TRUE(diff(one, one).changes.empty());
        EXPECT_FALSE(diff(one, one).regression());
        EXPECT_EQ(seen_in(diff(one, other), false), seen_in(diff(other, one), true));
    }
}

}  // namespace
}  // namespace caprec
