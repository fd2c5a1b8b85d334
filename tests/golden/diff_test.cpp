// SPDX-License-Identifier: Apache-2.0
//
// The changes between two runs: every way in which a verdict can change, and whole commands.
#include <gtest/gtest.h>
#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <tuple>

#include "analyzer/compare/diff.h"
#include "analyzer/emit/compare/diff_formats.h"
#include "schema/capability_numbers.h"
#include "schema/enum_table.h"
#include "tests/golden/golden_file.h"

namespace caprec {
namespace {

// All standings that are possible: a capability that is not asked for is not denied either.
std::vector<Standing> all_standings() {
    std::vector<Standing> all = {{}};
    for (const NeedState need : all_of<NeedState>) {
        for (const DenialState denial : all_of<DenialState>)
            if (need != NeedState::not_asked)
                all.push_back({need, denial});
    }
    return all;
}

std::string name_of(const Standing& standing) {
    std::string name = standing_name({standing.need, DenialState::none});
    return standing.denial == DenialState::none ? name : name + "+" + denial_name(standing.denial);
}

std::string names_of(const std::vector<Transition>& transitions) {
    std::string names;
    for (const Transition& each : transitions)
        names += std::string(" ") + change_kind_name(each.kind) + (each.regression ? "!" : "");
    return names;
}

Verdict verdict_of(NeedState need) {
    switch (need) {
        case NeedState::alternative: return Verdict::alternative;
        case NeedState::required: return Verdict::required;
        case NeedState::unclassified: return Verdict::unclassified;
        default: return Verdict::not_needed;
    }
}

Reason reason_of(const std::string& image, unsigned capability, Verdict verdict, bool granted) {
    Reason reason;
    reason.capability = capability;
    reason.verdict = verdict;
    reason.granted = granted;
    reason.count = 1;
    reason.rule = granted ? "granted" : "denied";
    reason.why = "a reason";
    reason.image = image;
    reason.syscall = "fchownat";
    reason.object = "f";
    reason.site = "setattr_prepare";
    reason.any_of = CapabilitySet(verdict == Verdict::alternative ? 6 : std::uint64_t{1} << capability);
    if (verdict == Verdict::missing)
        reason.error = EPERM;
    reason.user_stack.frames = {{"main", "", 0, image, 16, 0, false}};
    return reason;
}

void add(Analysis& analysis, const std::string& image, unsigned capability, const Standing& standing) {
    if (standing.need == NeedState::not_asked)
        return;
    ProgramFinding finding{image, capability, {}, {}};
    if (standing.need != NeedState::not_needed || standing.denial == DenialState::none)
        finding.granted = reason_of(image, capability, verdict_of(standing.need), true);
    if (standing.denial != DenialState::none)
        finding.denied = reason_of(
            image, capability, standing.denial == DenialState::missing ? Verdict::missing : Verdict::not_needed, false);
    analysis.by_program.push_back(std::move(finding));
}
void add(Analysis& analysis, const std::string& image, unsigned capability, NeedState need) {
    add(analysis, image, capability, Standing{need, DenialState::none});
}

Analysis run_of_version(const std::string& version) {
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

// A program for each way in which a capability's standing can change.
struct EveryChange {
    Analysis before = run_of_version("1"), after = run_of_version("2");
    EveryChange() {
        std::set<std::string> seen;
        for (const Standing& old : all_standings()) {
            for (const Standing& now : all_standings()) {
                std::string kinds = names_of(transitions(old, now));
                if (kinds.empty() || !seen.insert(kinds).second)
                    continue;
                const std::string image = "/bin/" + name_of(old) + "-" + name_of(now);
                add(before, image, cap_chown, old);
                add(after, image, cap_chown, now);
                // so that both runs have the program
                add(before, image, cap_dac_override, NeedState::not_needed);
                add(after, image, cap_dac_override, NeedState::not_needed);
            }
        }
    }
};

TEST(Diff, EveryTransition) {
    std::string table;
    for (const Standing& old : all_standings()) {
        for (const Standing& now : all_standings()) {
            const std::vector<Transition> found = transitions(old, now);
            EXPECT_EQ(found.empty(), old == now) << name_of(old) << " " << name_of(now);
            if (!found.empty())
                table += name_of(old) + " -> " + name_of(now) + ":" + names_of(found) + "\n";
        }
    }
    expect_golden("diff-transitions.txt", table);
}

// Whatever else changed, a new failure for want of a capability is never left out.
TEST(Diff, AFailureIsNotHiddenByANeed) {
    for (const NeedState need : all_of<NeedState>) {
        if (need == NeedState::not_asked)
            continue;
        const auto found = transitions({need, DenialState::none}, {need, DenialState::missing});
        ASSERT_EQ(found.size(), 1u);
        EXPECT_EQ(found[0], (Transition{ChangeKind::newly_missing, true}));
    }
}

TEST(Diff, EveryKindInWords) {
    const EveryChange runs;
    expect_golden("diff-all.txt", text_of(runs.before, runs.after, false));
    expect_golden("diff-all-verbose.txt", text_of(runs.before, runs.after, true));
    std::ostringstream json;
    diff_json({runs.before, runs.after, diff(runs.before, runs.after)}, json);
    expect_golden("diff-all.json", json.str());
}

TEST(Diff, WhatElseChanged) {
    Analysis before = run_of_version("1"), after = run_of_version("2");
    add(before, "/opt/1.0/service", cap_chown, NeedState::not_needed);
    add(after, "/opt/1.1/service", cap_chown, NeedState::required);
    after.by_program[0].granted->user_stack.frames.push_back({"rotate", "", 0, "/lib/liblog.so.1", 16, 0, false});
    add(before, "/usr/bin/gone", cap_chown, NeedState::required);
    add(after, "/usr/bin/helper", cap_chown, Standing{NeedState::not_needed, DenialState::missing});
    before.files = {{"/lib/liblog.so.1", "\x12\x34"}, {"/lib/same.so", "\x55"}, {"/lib/two.so", "a"}};
    after.files = {
        {"/lib/liblog.so.1", "\xab\xcd"}, {"/lib/same.so", "\x55"}, {"/lib/two.so", "b"}, {"/lib/two.so", "c"}};
    after.run.header.kernel_release = "6.19";
    expect_golden("diff-versions.txt", text_of(before, after, false));
    const Diff result = diff(before, after);
    const FoldedStacks stacks_before = {{"gone;CAP_CHOWN", 2}, {"service;main;CAP_CHOWN", 1}};
    const FoldedStacks stacks_after = {{"helper;CAP_CHOWN", 3}, {"service;main;CAP_CHOWN", 4}};
    for (const DiffFormat& format : diff_formats()) {
        std::ostringstream out;
        format.write({before, after, result, "0", &stacks_before, &stacks_after}, {}, out);
        if (format.name != "text")
            expect_golden("diff-versions." + std::string(format.name), out.str());
    }
}

TEST(Diff, OfNothingInEveryFormat) {
    const Analysis run = run_of_version("1");
    std::string all;
    for (const DiffFormat& format : diff_formats()) {
        std::ostringstream out;
        format.write({run, run, diff(run, run)}, {}, out);
        all += "--- " + std::string(format.name) + "\n" + out.str();
    }
    expect_golden("diff-nothing.txt", all);
}

// Every format says that something may be missing, and has the notes.
TEST(Diff, WhatIsNotKnownIsSaid) {
    Analysis before = run_of_version("1"), after = run_of_version("2");
    after.completeness.complete = false;
    after.completeness.problems = {"12 checks were lost: the ring buffer was full"};
    before.run.notes = {"2 objects were withheld"};
    const Diff result = diff(before, after);
    std::string all;
    for (const DiffFormat& format : diff_formats()) {
        if (format.counts_stacks)  // the command says it, on standard error
            continue;
        std::ostringstream out;
        format.write({before, after, result}, {}, out);
        for (const std::string& said : {after.completeness.problems[0], before.run.notes[0]})
            EXPECT_NE(out.str().find(said), std::string::npos) << format.name << ": " << said;
        if (format.name != "json")
            all += "--- " + std::string(format.name) + "\n" + out.str();
    }
    expect_golden("diff-incomplete.txt", all);
}

TEST(Diff, WhetherTheProgramChanged) {
    Analysis before = run_of_version("1"), after = run_of_version("2");
    for (const char* image : {"/bin/same", "/bin/changed", "/bin/unknown"})
        add(before, image, cap_chown, NeedState::not_needed), add(after, image, cap_chown, NeedState::required);
    before.files = {{"/bin/changed", "a"}, {"/bin/same", "c"}};
    after.files = {{"/bin/changed", "b"}, {"/bin/same", "c"}};
    const Diff result = diff(before, after);
    ASSERT_EQ(result.changes.size(), 3u);
    EXPECT_EQ(result.changes[0].program_changed, true);
    EXPECT_EQ(result.changes[1].program_changed, false);
    EXPECT_EQ(result.changes[2].program_changed, std::nullopt);
}

TEST(Diff, NamesFromTheTraceAreEscaped) {
    const std::string evil = "/bin/\x1b[31m\n\xff";
    Analysis before = run_of_version(evil), after = run_of_version(evil);
    before.run.header.host_name = after.run.header.host_name = before.run.header.kernel_release = evil;
    add(after, evil, cap_chown, NeedState::required);
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

// Names that would end a line, a cell, an element or a property, or begin one.
TEST(Diff, NamesFromTheTraceAreTextInEveryFormat) {
    const std::string evil = "/bin/a|b<c>&\"d\"\n::error::%0A[x](y)`z`";
    Analysis before = run_of_version("1"), after = run_of_version("2");
    add(after, evil, cap_chown, NeedState::required);
    after.by_program[0].granted->user_stack.frames = {{"f|<b>", "a,b:c.c", 7, evil, 16, 0, false}};
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
    Analysis before = run_of_version("1"), after = run_of_version("2");
    add(before, "/a/tool", cap_chown, NeedState::required);
    add(after, "/b/tool", cap_chown, NeedState::required);
    add(after, "/c/tool", cap_chown, NeedState::required);
    const Diff result = diff(before, after);
    ASSERT_EQ(result.changes.size(), 3u);
    EXPECT_EQ(result.changes[0].image_before, "");
    EXPECT_EQ(result.changes[2].kind, ChangeKind::no_longer_needed);

    // nor when both runs have the name elsewhere
    after.by_program.pop_back();
    add(before, "/usr/bin/tool", cap_dac_override, NeedState::required);
    add(after, "/usr/bin/tool", cap_dac_override, NeedState::required);
    EXPECT_EQ(diff(before, after).changes.size(), 2u);
    before.by_program.pop_back();
    after.by_program.pop_back();

    EXPECT_TRUE(diff(before, after).changes.empty());
}

Analysis run_of_any_standings(std::minstd_rand& random) {
    const std::vector<Standing> standings = all_standings();
    Analysis analysis = run_of_version("any");
    for (const char* image : {"/bin/a", "/bin/b", "/usr/bin/c", "/opt/d", ""})
        for (unsigned capability = 0; capability < 4; ++capability)
            add(analysis, image, capability, standings[random() % standings.size()]);
    return analysis;
}

using Seen = std::set<std::tuple<std::string, unsigned, Standing, Standing>>;
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
        const Analysis one = run_of_any_standings(random), other = run_of_any_standings(random);
        EXPECT_TRUE(diff(one, one).changes.empty());
        EXPECT_FALSE(diff(one, one).regression());
        EXPECT_EQ(seen_in(diff(one, other), false), seen_in(diff(other, one), true));
    }
}

}  // namespace
}  // namespace caprec
