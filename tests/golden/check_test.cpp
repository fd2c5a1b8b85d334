// SPDX-License-Identifier: Apache-2.0
//
// Runs and policies: what is a violation and what is not, every format of the answer, and that a run fits the policies
// that minimal writes of it.
#include <gtest/gtest.h>
#include <algorithm>
#include <random>
#include <sstream>

#include "analyzer/analysis/image_name.h"
#include "analyzer/compare/policy_check.h"
#include "analyzer/emit/compare/policy_result_formats.h"
#include "analyzer/emit/minimal/format.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/policy/policy_formats.h"
#include "schema/capability_numbers.h"
#include "schema/enum_table.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_formats.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/sample_traces.h"

namespace caprec {
namespace {

Policy policy_of(const std::string& text) {
    ParsedPolicy parsed = parse_policy({text, "policy.txt", ""});
    for (const PolicyProblem& problem : parsed.problems)
        ADD_FAILURE() << problem.place.line << ": " << problem.text;
    return std::move(parsed.policy);
}

Reason reason_of(const Need& need) {
    Reason reason;
    reason.capability = need.any_of.empty() ? 0 : need.any_of.members()[0];
    reason.verdict = need.missing ? Verdict::missing : need.classified ? Verdict::required : Verdict::unclassified;
    reason.granted = !need.missing;
    reason.count = 1;
    reason.rule = need.missing ? "denied-and-refused" : "decided";
    reason.why = "a reason";
    reason.image = need.image;
    reason.syscall = "fchownat";
    reason.object = "f";
    reason.site = "setattr_prepare";
    reason.any_of = need.any_of;
    if (need.missing)
        reason.error = EPERM;
    reason.user_stack.frames = {{"rotate", "src/service.c", 41, need.image, 16, 4, false}};
    return reason;
}

Analysis run_of(const std::vector<Need>& needs) {
    Analysis analysis;
    analysis.run.header.command = {"service", "--once"};
    analysis.run.header.host_name = "host";
    analysis.run.header.kernel_release = "6.18";
    analysis.run.header.machine = "x86_64";
    analysis.needs = needs;
    for (const Need& need : needs)
        analysis.need_reasons.push_back(reason_of(need));
    return analysis;
}

Need need_of(const std::string& image, std::initializer_list<unsigned> any_of) {
    return {.any_of = CapabilitySet::of(any_of), .image = image};
}
Need missing_of(const std::string& image, std::initializer_list<unsigned> any_of) {
    Need need = need_of(image, any_of);
    need.missing = true;
    return need;
}

std::string kinds_of(const PolicyResult& result) {
    std::string kinds;
    for (const PolicyFinding& finding : result.findings)
        kinds +=
            (kinds.empty() ? "" : " ") + std::string(policy_finding_name(finding.kind)) + (finding.certain ? "" : "?");
    return kinds;
}
std::string unused_of(const PolicyResult& result) {
    std::string text;
    for (const UnusedAllowance& unused : result.unused) {
        text += (text.empty() ? "" : "; ") + std::to_string(unused.rule) + ":";
        for (const unsigned capability : unused.capabilities.members())
            text += ' ' + std::to_string(capability);
        text += unused.program_ran ? "" : " not run";
    }
    return text;
}

struct NeedRow {
    const char* what;
    Need need;
    const char* policy;
    const char* kinds;
    const char* unused = "";
};

std::vector<NeedRow> need_rows() {
    const Need both = need_of("/a", {cap_dac_override, cap_dac_read_search}), needed = need_of("/a", {cap_chown});
    const Need missing = missing_of("/a", {cap_chown}),
               missing_both = missing_of("/a", {cap_dac_override, cap_dac_read_search});
    Need unsure = needed, look_up = missing, once_given = missing, nobody = need_of("", {cap_chown});
    unsure.classified = false;
    look_up.look_up = true;
    once_given.once_given = true;
    return {
        {"allowed", needed, "allow /a CAP_CHOWN", ""},
        {"by a pattern", needed, "allow * CAP_CHOWN", ""},
        {"for another", needed, "allow /b CAP_CHOWN", "not_allowed", "0: 0 not run"},
        {"something else", needed, "allow /a CAP_KILL", "not_allowed", "0: 5"},
        {"nothing", needed, "allow /a none", "not_allowed"},
        {"one of two", both, "allow /a CAP_DAC_OVERRIDE", ""},
        {"both of two: the less dangerous one is used", both, "allow /a dac_override dac_read_search", "", "0: 1"},
        {"denied and needed", needed, "deny /a CAP_CHOWN", "denied_needed"},
        {"deny is stronger", needed, "allow /a CAP_CHOWN\ndeny * CAP_CHOWN", "denied_needed", "0: 0"},
        {"one denied, the other allowed", both, "deny /a dac_override\nallow /a dac_read_search", ""},
        {"not certain", unsure, "allow /a CAP_KILL", "not_allowed?", "0: 5"},
        {"not certain, allowed", unsure, "allow /a CAP_CHOWN", ""},
        {"failed", missing, "allow /a CAP_KILL", "fails", "0: 5"},
        {"failed, and known to", missing, "deny /a CAP_CHOWN", ""},
        {"failed, and known to by another line", missing, "deny ** CAP_CHOWN", ""},
        {"failed, one of two known to", missing_both, "deny /a CAP_DAC_OVERRIDE", ""},
        {"failed, and allowed: it is used, or removing it would be a violation", missing, "allow /a CAP_CHOWN",
         "not_given"},
        {"failed, allowed and denied", missing, "allow * CAP_CHOWN\ndeny /a CAP_CHOWN", "", "0: 0"},
        {"a look-up", look_up, "allow /a none", "look_up_denied"},
        {"a look-up, known to fail", look_up, "deny /a CAP_CHOWN", ""},
        {"a look-up, allowed", look_up, "allow /a CAP_CHOWN", "not_given", "0: 0"},
        {"had, and of no use yet", once_given, "allow /a none", "once_given"},
        {"had, and of no use yet, allowed", once_given, "allow /a CAP_CHOWN", ""},
        {"of no known program", nobody, "allow /a CAP_CHOWN", "not_allowed", "0: 0 not run"},
        {"of no known program, for all", nobody, "allow * CAP_CHOWN", ""},
        {"of no known program, by name", nobody, "allow \"\" CAP_CHOWN", ""},
    };
}

// A program may ask by name for the capabilities that it keeps by capset: a policy that does not give them is pointed
// out.
TEST(Check, WhatIsKeptByCapset) {
    Analysis run = run_of({need_of("/a", {cap_chown})});
    run.kept = {{"/a", CapabilitySet::of({cap_fowner, cap_sys_nice})}, {"/b", CapabilitySet::of({cap_fowner})}};
    const Policy policy = policy_of("allow /a CAP_CHOWN CAP_FOWNER\nallow /b CAP_FOWNER");
    const PolicyResult result = check(run, policy);
    ASSERT_EQ(result.kept.size(), 1u);
    EXPECT_EQ(result.kept[0].image, "/a");
    EXPECT_EQ(result.kept[0].capabilities, CapabilitySet::of({cap_sys_nice}));
    for (const PolicyResultFormat& format : policy_result_formats()) {
        std::ostringstream out;
        format.write({run, policy, result, "0"}, {}, out);
        EXPECT_NE(out.str().find("keeps by capset"), std::string::npos) << format.name;
    }
}

// A call that was granted one capability and failed for want of another needs the first as soon as it is given the
// other.
TEST(Check, WhatIsNeededOnceSomethingIsGiven) {
    const Need denied = missing_of("/a", {cap_fowner});
    Need beside = missing_of("/a", {cap_chown});
    beside.once_given = true;
    const Analysis run = run_of({denied, beside});
    EXPECT_EQ(kinds_of(check(run, policy_of("allow /a CAP_FOWNER"))), "not_allowed not_given");
    EXPECT_EQ(kinds_of(check(run, policy_of("allow /a CAP_FOWNER CAP_CHOWN"))), "not_given");
    EXPECT_EQ(kinds_of(check(run, policy_of("allow /a CAP_FOWNER\ndeny /a CAP_CHOWN"))), "denied_needed not_given");
    EXPECT_EQ(kinds_of(check(run, policy_of("deny /a CAP_FOWNER"))), "once_given");
    EXPECT_EQ(kinds_of(check(run, policy_of("allow /a none"))), "fails once_given");
}

TEST(Check, EachKindOfNeed) {
    for (const NeedRow& row : need_rows()) {
        const PolicyResult result = check(run_of({row.need}), policy_of(row.policy));
        EXPECT_EQ(kinds_of(result), row.kinds) << row.what;
        EXPECT_EQ(unused_of(result), row.unused) << row.what;
        const bool is_violation_first = !result.findings.empty() && is_violation(result.findings[0].kind);
        EXPECT_EQ(result.fits(), !is_violation_first) << row.what;
        for (const PolicyFinding& finding : result.findings)
            EXPECT_TRUE(finding.reason) << row.what;
    }
}

TEST(Check, TheSameNeedOfTwoPhasesIsSaidOnceAndIsAsCertainAsOneOfThem) {
    Need first = need_of("/a", {cap_chown}), second = first;
    first.classified = false;
    second.phase = Phase::after_drop;
    const PolicyResult result = check(run_of({first, second}), policy_of("allow /a none"));
    EXPECT_EQ(kinds_of(result), "not_allowed");
    EXPECT_EQ(result.findings[0].reason->rule, "decided");
}

// Checks of the recorder before the command ran are in the findings, but are no needs.
TEST(Check, WhatTheRecorderAskedIsNobodysNeed) {
    Analysis analysis = run_of({});
    ProgramFinding finding{"", cap_chown, reason_of(need_of("", {cap_chown})), {}};
    finding.granted->verdict = Verdict::not_needed;
    finding.granted->by_recorder = true;
    analysis.by_program = {finding};
    const PolicyResult result = check(analysis, policy_of("allow * none"));
    EXPECT_TRUE(result.fits());
    EXPECT_TRUE(result.findings.empty());
    EXPECT_EQ(result.programs, 0u);
}

TEST(Check, NamesTheLineThatComesClosest) {
    const Policy policy =
        policy_of("allow * CAP_KILL\nallow /usr/** CAP_KILL\nallow /usr/bin/a CAP_SETUID\nallow /b/c CAP_KILL");
    const auto closest = [&](const char* image) {
        return check(run_of({need_of(image, {cap_chown})}), policy).findings.at(0).closest;
    };
    EXPECT_EQ(closest("/usr/bin/a").rules, (std::vector<std::size_t>{2, 1, 0}));
    EXPECT_EQ(closest("/usr/x").rules, (std::vector<std::size_t>{1, 0}));
    const Policy narrow = policy_of("allow /b/c CAP_KILL");
    const PolicyResult result = check(run_of({need_of("/x/c", {cap_chown})}), narrow);
    EXPECT_TRUE(result.findings[0].closest.rules.empty());
    EXPECT_EQ(result.findings[0].closest.namesake, 0u);
}

// A path is a label: in another root, it names another file.
TEST(Check, LinesHoldWhereTheySay) {
    const std::string home = "/usr/bin/chown", jail = image_name(home, {.other_root = true}),
                      bind = image_name(home, {.other_mounts = true});
    const std::string hidden = image_name("(withheld)", {.unknown = true});
    const Analysis run = run_of({need_of(home, {cap_chown}), need_of(jail, {cap_chown}), need_of(bind, {cap_chown})});
    const auto violating = [&](const std::string& policy) {
        std::string text;
        for (const PolicyFinding& finding : check(run, policy_of(policy)).findings)
            text += image_label(finding.image) + ';';
        return text;
    };
    EXPECT_EQ(violating("allow /usr/bin/chown CAP_CHOWN"),
              "/usr/bin/chown (in another mount namespace);/usr/bin/chown (in another root);");
    EXPECT_EQ(violating("allow * CAP_CHOWN\nallow other-root ** CAP_CHOWN"),
              "/usr/bin/chown (in another mount namespace);");
    EXPECT_EQ(violating("allow /usr/bin/chown CAP_CHOWN\nallow other-root /usr/bin/chown CAP_CHOWN\n"
                        "allow other-mounts /usr/bin/* CAP_CHOWN"),
              "");
    const Analysis somewhere = run_of({need_of(hidden, {cap_chown})});
    for (const char* plain : {"allow * CAP_CHOWN", "allow \"(withheld)\" CAP_CHOWN", "allow other-root * CAP_CHOWN"})
        EXPECT_EQ(check(somewhere, policy_of(plain)).findings.size(), 1u) << plain;
    EXPECT_TRUE(check(somewhere, policy_of("allow unknown-place * CAP_CHOWN")).findings.empty());
    EXPECT_EQ(violating("allow unknown-place * CAP_CHOWN\nallow ** CAP_CHOWN\nallow other-root ** CAP_CHOWN"),
              "/usr/bin/chown (in another mount namespace);");
    const ParsedPolicy unit = parse_policy({"[Service]\nCapabilityBoundingSet=CAP_CHOWN\n", "a.service", ""});
    EXPECT_TRUE(check(run, unit.policy).findings.empty()) << "it holds for all that the service starts";
    const PolicyResult result =
        check(run_of({need_of(jail, {cap_chown})}), policy_of("allow /usr/bin/chown CAP_CHOWN"));
    EXPECT_EQ(result.findings.at(0).closest.namesake, 0u);
}

// One finding of each kind, and an allowance beyond.
struct EveryFinding {
    Analysis analysis;
    Policy policy = policy_of(
        "allow  /usr/sbin/service  CAP_KILL CAP_SYS_NICE   # stops its workers | and <more>\n"
        "deny   /usr/sbin/denied   CAP_CHOWN\n"
        "allow  /usr/sbin/given    CAP_CHOWN\n"
        "allow  /opt/1.0/tool      CAP_SETUID\n"
        "allow  /usr/**            CAP_SETUID\n");
    EveryFinding() {
        Need unsure = need_of("/usr/sbin/service", {cap_setuid, cap_dac_override}),
             look_up = missing_of("/bin/sh", {cap_dac_read_search});
        Need once_given = missing_of("/bin/once", {cap_kill});
        unsure.classified = false;
        look_up.look_up = true;
        once_given.once_given = true;
        Need unknown = unsure;
        unknown.any_of = CapabilitySet::of({41});
        analysis =
            run_of({need_of("/usr/sbin/service", {cap_chown}), need_of("/usr/sbin/service", {cap_kill}), unknown,
                    need_of("/usr/sbin/denied", {cap_chown}), missing_of("/opt/1.1/tool", {cap_chown, cap_sys_nice}),
                    missing_of("/usr/sbin/given", {cap_chown}), look_up, once_given});
        analysis.run.notes = {"2 objects were withheld"};
    }
    PolicyResult result() const { return check(analysis, policy); }
};

TEST(Check, EveryKindInEveryFormat) {
    const EveryFinding all;
    const PolicyResult result = all.result();
    for (const PolicyFindingKind kind : all_of<PolicyFindingKind>)
        EXPECT_TRUE(std::ranges::count(result.findings, kind, &PolicyFinding::kind) > 0) << policy_finding_name(kind);
    for (const PolicyResultFormat& format : policy_result_formats()) {
        std::ostringstream out;
        format.write({all.analysis, all.policy, result}, {}, out);
        expect_golden("check-all." + std::string(format.name), out.str());
    }
    std::ostringstream verbose;
    policy_result_text({all.analysis, all.policy, result}, {false, true, {}}, verbose);
    expect_golden("check-all-verbose.txt", verbose.str());
}

TEST(Check, OfNothingInEveryFormat) {
    const Analysis analysis = run_of({});
    const Policy policy = policy_of("allow * none");
    std::string all;
    for (const PolicyResultFormat& format : policy_result_formats()) {
        std::ostringstream out;
        format.write({analysis, policy, check(analysis, policy)}, {}, out);
        all += "--- " + std::string(format.name) + "\n" + out.str();
    }
    expect_golden("check-nothing.txt", all);
}

// Every format says that something may be missing, names the conditions of the answer, and has the notes.
TEST(Check, WhatIsNotKnownIsSaid) {
    Analysis analysis = run_of({need_of("/a", {cap_chown})});
    analysis.completeness.complete = false;
    analysis.completeness.problems = {"12 checks were lost: the ring buffer was full"};
    analysis.run.notes = {"2 objects were withheld"};
    const Policy policy = policy_of("services:\n  web:\n    cap_drop: [ALL]\n    cap_add: [CHOWN, KILL]\n");
    std::string all;
    for (const PolicyResultFormat& format : policy_result_formats()) {
        std::ostringstream out;
        format.write({analysis, policy, check(analysis, policy)}, {}, out);
        const std::string text = out.str();
        for (const char* said :
             {"12 checks were lost: the ring buffer was full", "2 objects were withheld", "no user is"})
            EXPECT_NE(text.find(said), std::string::npos) << format.name << ": " << said;
        all += "--- " + std::string(format.name) + "\n" + text;
    }
    expect_golden("check-incomplete.txt", all);
}

// Names in the trace and in the policy that would end a line, a cell, an element or a property, or begin one.
TEST(Check, NamesAreTextInEveryFormat) {
    const std::string evil =
        "/bin/\x1b[31m\xff"
        "a|b<c>&\"d\"\n::error::%0A[x](y)`z`";
    Analysis analysis = run_of({need_of(evil, {cap_chown}), missing_of(evil, {cap_setuid})});
    analysis.run.header.command = {evil};
    analysis.run.header.host_name = analysis.run.header.kernel_release = evil;
    Policy policy = policy_of("allow ** CAP_KILL  # \x1b[31m\xff|<b>&::error::%0A\n");
    policy.file = policy.rules[0].place.file = evil;
    policy.assumptions = {evil};
    std::string all;
    for (const PolicyResultFormat& format : policy_result_formats()) {
        std::ostringstream out;
        format.write({analysis, policy, check(analysis, policy)}, {}, out);
        EXPECT_EQ(out.str().find('\x1b'), std::string::npos) << format.name;
        EXPECT_EQ(out.str().find('\xff'), std::string::npos) << format.name;
        all += "--- " + std::string(format.name) + "\n" + out.str();
    }
    expect_golden("check-hostile.txt", all);
}

// --- the policies that minimal writes

std::string minimal_as(const Analysis& analysis, std::string_view name, bool missing = false) {
    const Format* format = find_format(name);
    FormatSample sample;
    sample.analysis = analysis;
    sample.split = format->by_image ? Split::image : Split::run;
    sample.include_missing = missing;
    if (!format->by_image)
        sample.parts = {part_of(analysis, "", {.missing = missing})};
    else
        for (const std::string& image : executables_of(analysis))
            sample.parts.push_back(part_of(analysis, image, {.image = image, .missing = missing}));
    std::ostringstream out;
    format->write(sample.input(), out);
    return out.str();
}

std::vector<Analysis> sample_analyses() {
    std::vector<Bytes> traces = sample_traces();
    for (const auto make : {chown_trace, denied_trace, lossy_trace, cut_trace, damaged_trace, hostile_trace, idle_trace,
                            daemon_trace, nameless_trace, task_trace, user_stack_trace, caller_trace, real_trace})
        traces.push_back(make());
    std::vector<Analysis> analyses;
    for (const Bytes& trace : traces) {
        MemorySource source(trace);
        TraceReader reader(source);
        ReadOptions reading;
        reading.by_program = reading.need_reasons = true;
        analyses.push_back(analyze(reader, reading));
        EXPECT_EQ(analyses.back().needs.size(), analyses.back().need_reasons.size());
    }
    return analyses;
}

Analysis run_of_any_needs(std::minstd_rand& random) {
    const std::string images[] = {"/bin/a",
                                  "/bin/b c",
                                  "/opt/*",
                                  "",
                                  "relative",
                                  hostile_name(),
                                  image_name("/bin/a", {.other_root = true}),
                                  image_name("/bin/a", {.other_mounts = true}),
                                  image_name(hostile_name(), {.other_root = true, .other_mounts = true})};
    std::vector<Need> needs;
    for (std::size_t left = random() % 12; left > 0; --left) {
        Need need;
        need.any_of = CapabilitySet(1 + random() % 31);
        need.classified = random() % 4 != 0;
        need.missing = random() % 3 == 0;
        need.look_up = need.missing && random() % 3 == 0;
        need.once_given = need.missing && !need.look_up && random() % 3 == 0;
        need.image = images[random() % std::size(images)];
        need.phase = random() % 2 == 0 ? Phase::startup : Phase::after_drop;
        needs.push_back(need);
    }
    return run_of(needs);
}

void expect_own_policy_fits(const Analysis& analysis) {
    const std::string text = minimal_as(analysis, "policy");
    const Policy policy = policy_of(text);
    const PolicyResult result = check(analysis, policy);
    EXPECT_TRUE(result.fits()) << text << kinds_of(result);
    EXPECT_EQ(unused_of(result), "") << text;
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {  // and it has no line too many
        Policy less = policy;
        less.rules.erase(less.rules.begin() + static_cast<std::ptrdiff_t>(i));
        if (!policy.rules[i].capabilities.empty())
            EXPECT_FALSE(check(analysis, less).fits()) << text << "without line " << policy.rules[i].place.line;
    }
}

TEST(Check, ARunFitsThePolicyThatIsMadeOfIt) {
    for (const Analysis& analysis : sample_analyses())
        expect_own_policy_fits(analysis);
    std::minstd_rand random(11);
    for (int round = 0; round < 1000; ++round)
        expect_own_policy_fits(run_of_any_needs(random));
}

// Foreign files have no line that says "is refused": with the refused capabilities in the set the run fits, without
// them they are all that it lacks.
TEST(Check, ARunFitsWhatMinimalWritesForOthers) {
    for (const Analysis& analysis : sample_analyses()) {
        const bool has_nameless = std::ranges::any_of(
            analysis.needs, [](const Need& need) { return (need.any_of.bits() >> known_capabilities) != 0; });
        for (const char* format : {"systemd", "docker", "podman", "compose", "kubernetes", "oci"}) {
            if (has_nameless)
                continue;
            const bool flags = std::string_view(format) == "podman";  // these flags look like docker's
            for (const bool missing : {false, true}) {
                const std::string text = minimal_as(analysis, format, missing);
                ParsedPolicy parsed = parse_policy({text, format, ""});
                EXPECT_TRUE(parsed.problems.empty()) << text;
                EXPECT_EQ(parsed.policy.format, flags ? "docker" : format) << text;
                for (const PolicyFinding& finding : check(analysis, parsed.policy).findings)
                    EXPECT_TRUE(!is_violation(finding.kind) || (!missing && finding.kind == PolicyFindingKind::fails))
                        << text << policy_finding_name(finding.kind);
            }
        }
    }
}

}  // namespace
}  // namespace caprec
