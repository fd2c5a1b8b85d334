// SPDX-License-Identifier: Apache-2.0
#include "analyzer/pipeline.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "analyzer/aggregation.h"
#include "schema/error.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr unsigned chown = 0, net_admin = 12, sys_admin = 21, sys_nice = 23;

// A shell that chowns, is denied a priority, and maps memory.
void add_run(TraceBuilder& trace) {
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    trace.check(1, sys_admin, true, "mmap", {"cap_capable", "security_vm_enough_memory_mm", "__mmap_region"}, 4096);
    trace.check(1, chown, true, "fchownat", {"cap_capable", "capable_wrt_inode_uidgid", "setattr_prepare"}, 0);
    trace.check(1, sys_nice, false, "setpriority", {"cap_capable", "ns_capable", "set_one_prio"}, -EACCES);
    trace.exit(1, 0);
}

TEST(Analyze, VerdictsReasonsAndTheSet) {
    TraceBuilder trace;
    add_run(trace);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_TRUE(analysis.completeness.complete) << analysis.completeness.problems.front();
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{chown}));
    ASSERT_EQ(analysis.capabilities.size(), 3u);
    EXPECT_EQ(analysis.capabilities[0].capability, chown);
    EXPECT_EQ(analysis.capabilities[0].verdict, Verdict::required);
    EXPECT_EQ(analysis.capabilities[1].verdict, Verdict::missing);
    EXPECT_EQ(analysis.capabilities[1].denied, 1u);
    EXPECT_EQ(analysis.capabilities[2].verdict, Verdict::not_needed);
    const Reason& reason = analysis.capabilities[0].reasons.at(0);
    EXPECT_EQ(reason.image, "/bin/sh");
    EXPECT_EQ(reason.syscall, "fchownat");
    EXPECT_EQ(reason.site, "setattr_prepare");
    EXPECT_EQ(reason.rule, "decided");
    EXPECT_EQ(reason.process, 1u);
    EXPECT_FALSE(reason.error);
    EXPECT_EQ(reason.kernel_stack.at(2), "setattr_prepare+0x10");
    ASSERT_EQ(analysis.failures.reasons.size(), 1u);
    EXPECT_EQ(analysis.failures.reasons[0].error, EACCES);
    ASSERT_EQ(analysis.noise.size(), 1u);
    EXPECT_EQ(analysis.noise[0].rule, "overcommit");
    EXPECT_EQ(analysis.run.checks, 3u);
    EXPECT_TRUE(analysis.processes[0].granted.contains(chown));
    EXPECT_FALSE(analysis.processes[0].granted.contains(sys_admin));
    EXPECT_TRUE(analysis.processes[0].denied.contains(sys_nice));
    EXPECT_TRUE(analysis.processes[0].checked.contains(sys_admin));
}

TEST(Analyze, ADenialFollowedByAGrantOfAnotherIsTolerated) {
    TraceBuilder trace;
    trace.process(1, 0, "cat");
    CheckRow row;
    row.thread = 1;
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.abi = 1;
    row.syscall = 257;
    row.syscall_sequence = 3;
    row.capability = 2;
    row.result = static_cast<std::uint64_t>(-EPERM);
    trace.add(row);
    row.capability = 1;
    row.result = 0;
    trace.add(row);
    trace.add(OutcomeRow{.thread = 1, .syscall_sequence = 3, .abi = 1, .syscall = 257, .value = 4});
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_finding(analysis, 2)->reasons.at(0).rule, "denied-alternative-granted");
    ASSERT_EQ(analysis.minimal.clauses.size(), 1u);
    EXPECT_EQ(analysis.minimal.clauses[0].any_of, (std::vector<unsigned>{1, 2}));
    EXPECT_TRUE(find_finding(analysis, 1)->reasons.at(0).by_syscall);  // no stack: the syscall must do
    EXPECT_TRUE(analysis.failures.reasons.empty());
}

TEST(Analyze, ReasonsAreCountedAndCut) {
    TraceBuilder trace;
    trace.process(1, 0, "many");
    for (int number = 0; number < 14; ++number) {
        for (int i = 0; i <= number; ++i) {
            const std::string site = "site_" + std::to_string(number);
            trace.check(1, net_admin, true, "setsockopt", {"cap_capable", site}, 0);
        }
    }
    const Analysis analysis = analyze_bytes(trace.finish());
    const CapabilityFinding& finding = *find_finding(analysis, net_admin);
    ASSERT_EQ(finding.reasons.size(), 10u);
    EXPECT_EQ(finding.more_reasons, 4u);
    EXPECT_EQ(finding.granted, 105u);
    EXPECT_EQ(finding.reasons[0].site, "site_13");
    EXPECT_EQ(finding.reasons[0].count, 14u);
}

TEST(Analyze, KindsBeyondTheLimitArePutTogether) {
    TraceBuilder trace;
    trace.process(1, 0, "many");
    CheckRow row = trace.check(1, chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    constexpr std::uint64_t count = Aggregation::max_groups + 500;
    for (std::uint64_t i = 0; i < count; ++i) {
        row.syscall = 1000 + i;
        row.syscall_sequence = 10 + i;
        trace.add(row);
    }
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_TRUE(analysis.completeness.limits_reached);
    const CapabilityFinding& finding = *find_finding(analysis, chown);
    EXPECT_EQ(finding.granted, count + 1);
    EXPECT_EQ(finding.reasons[0].image, "(other)");
    EXPECT_EQ(finding.reasons[0].count, 500u);  // the last check waits for its outcome to the end: another kind
}

// ---- unwalked checks

CheckRow unwalked(CheckRow row) {
    row.flags &= ~std::uint64_t{check_walked};
    row.stack = 0;
    row.syscall_sequence += 1000;
    return row;
}

TEST(Unwalked, InheritsTheOnlySiteOfItsKey) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const CheckRow row =
        trace.check(1, sys_admin, true, "mmap", {"cap_capable", "__vm_enough_memory", "__mmap_region"}, 4096);
    trace.add(unwalked(row));
    const Bytes bytes = trace.finish();
    const Analysis analysis = analyze_bytes(bytes);
    EXPECT_EQ(find_finding(analysis, sys_admin)->verdict, Verdict::not_needed);
    EXPECT_EQ(find_finding(analysis, sys_admin)->granted, 2u);
    EXPECT_TRUE(analysis.minimal.capabilities.empty());
    const auto checks = checks_of(bytes);
    EXPECT_EQ(checks.at(1).site_source, SiteSource::inherited);
    EXPECT_EQ(checks.at(1).site, "__mmap_region");
    EXPECT_EQ(checks.at(1).stack, row.stack);
}

TEST(Unwalked, AKeyWithTwoSitesKeepsTheCapability) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const CheckRow first =
        trace.check(1, sys_admin, true, "mmap", {"cap_capable", "__vm_enough_memory", "__mmap_region"}, 4096);
    trace.add(unwalked(first));  // by what is known here it would be harmless ...
    CheckRow second = first;
    second.stack = trace.stack({"cap_capable", "capable", "somewhere_else"});
    second.flags |= check_kernel_thread;  // ... and nothing but its own class may keep the capability
    second.syscall_sequence = 5000;
    trace.add(second);
    const Analysis analysis = analyze_bytes(trace.finish());
    const CapabilityFinding& finding = *find_finding(analysis, sys_admin);
    EXPECT_EQ(finding.verdict, Verdict::unclassified);
    EXPECT_EQ(finding.reasons[0].rule, "unwalked-ambiguous");
    EXPECT_EQ(finding.reasons[0].site, "");
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{sys_admin}));
    EXPECT_EQ(analysis.minimal.unclassified.members(), (std::vector<unsigned>{sys_admin}));
}

TEST(Unwalked, AllCallersOfTheOvercommitTestAreOneSite) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const CheckRow first =
        trace.check(1, sys_admin, true, "execve", {"cap_capable", "__vm_enough_memory", "__mmap_region"}, 0);
    CheckRow second = first;
    second.stack = trace.stack({"cap_capable", "__vm_enough_memory", "expand_downwards"});
    trace.add(second);
    trace.add(unwalked(first));
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_finding(analysis, sys_admin)->verdict, Verdict::not_needed);
}

TEST(Unwalked, WithoutAKeyNothingIsInherited) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    CheckRow row = trace.check(1, chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    row = unwalked(row);
    row.key = 0;
    trace.add(row);
    const auto checks = checks_of(trace.finish());
    EXPECT_EQ(checks.at(1).site_source, SiteSource::ambiguous);
    EXPECT_EQ(checks.at(1).rule, "unwalked-ambiguous");
}

TEST(Unwalked, ADenialIsJudgedByItsOutcome) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    CheckRow row = unwalked(trace.check(1, sys_nice, false, "setpriority", {"cap_capable", "set_one_prio"}, -EACCES));
    row.key = 12345;  // never walked
    trace.add(row);
    OutcomeRow outcome;
    outcome.thread = row.thread;
    outcome.abi = row.abi;
    outcome.syscall = row.syscall;
    outcome.syscall_sequence = row.syscall_sequence;
    outcome.value = static_cast<std::uint64_t>(-EPERM);
    trace.add(outcome);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_finding(analysis, sys_nice)->verdict, Verdict::missing);
    EXPECT_EQ(analysis.failures.reasons.size(), 2u);
}

TEST(Unwalked, ALostStackIsNotAnUnwalkedOne) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    CheckRow row = trace.check(1, chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    row.stack = 0;
    row.flags |= check_stack_lost;
    row.syscall_sequence = 7;
    trace.add(row);
    const auto checks = checks_of(trace.finish());
    EXPECT_EQ(checks.at(1).site_source, SiteSource::lost);
    EXPECT_EQ(checks.at(1).site, "");
    EXPECT_NE(checks.at(1).rule, "unwalked-ambiguous");
    EXPECT_TRUE(checks.at(1).verdict == Verdict::required || checks.at(1).verdict == Verdict::unclassified);
}

// ---- first-seen rows

FirstSeenRow first_seen(TraceBuilder& trace, std::uint64_t key, unsigned capability, bool granted) {
    FirstSeenRow row;
    row.check.thread = 1;
    row.check.capability = capability;
    row.check.result = granted ? 0 : static_cast<std::uint64_t>(-EPERM);
    row.check.flags = check_real_credential | check_current_credential | check_walked;
    row.check.abi = 1;
    row.check.syscall = 92;
    row.check.stack = trace.stack({"cap_capable", "capable", "lost_site"});
    row.check.key = key;
    return row;
}

RunFooter lossy(std::uint64_t checks, std::uint64_t outcomes = 0) {
    RunFooter footer;
    footer.losses.checks = checks;
    footer.losses.outcomes = outcomes;
    return footer;
}

TEST(FirstSeen, ALostKindStillCounts) {
    TraceBuilder trace;
    add_run(trace);
    FirstSeenRow lost = first_seen(trace, 777, net_admin, true);
    lost.hits = 5;
    lost.outcomes = {{.value = 0, .hits = 3}};
    FirstSeenRow denied = first_seen(trace, 778, 5, false);
    denied.hits = 2;
    denied.outcomes = {{.value = -EPERM, .hits = 2}};
    trace.writer().first_seen(std::vector{lost, denied});
    const Bytes bytes = trace.finish(lossy(7));
    const Analysis analysis = analyze_bytes(bytes);
    EXPECT_FALSE(analysis.completeness.complete);
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{chown, net_admin}));
    const CapabilityFinding& finding = *find_finding(analysis, net_admin);
    EXPECT_EQ(finding.granted, 5u);
    EXPECT_EQ(finding.reasons[0].image, "/bin/sh");
    EXPECT_EQ(finding.reasons[0].site, "lost_site");
    EXPECT_EQ(find_finding(analysis, 5)->verdict, Verdict::missing);
    const auto checks = checks_of(bytes);
    EXPECT_TRUE(checks.back().from_summary);
    EXPECT_EQ(checks.back().count, 2u);
}

TEST(FirstSeen, AddsNothingWhenNothingWasLost) {
    TraceBuilder trace;
    add_run(trace);
    FirstSeenRow row = first_seen(trace, 777, net_admin, true);
    row.hits = 5;
    trace.writer().first_seen(std::vector{row});
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_finding(analysis, net_admin), nullptr);
}

TEST(FirstSeen, ARecordedKindIsNotCountedAgainButItsLostErrnoIs) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const CheckRow seen = trace.check(1, sys_nice, false, "setpriority", {"cap_capable", "set_one_prio"}, 0);
    FirstSeenRow row{.check = seen, .hits = 10, .outcomes = {{.value = 0, .hits = 9}, {.value = -EPERM, .hits = 1}}};
    trace.writer().first_seen(std::vector{row});
    const Analysis analysis = analyze_bytes(trace.finish(lossy(9, 9)));
    const CapabilityFinding& finding = *find_finding(analysis, sys_nice);
    EXPECT_EQ(finding.verdict, Verdict::missing);
    EXPECT_EQ(finding.denied, 2u);
}

TEST(FirstSeen, AbsurdHitsSaturate) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    FirstSeenRow row = first_seen(trace, 9, net_admin, true);
    row.hits = ~std::uint64_t{0};
    row.outcomes = {{.value = 0, .hits = ~std::uint64_t{0}}, {.value = -EPERM, .hits = ~std::uint64_t{0}}};
    trace.writer().first_seen(std::vector{row});
    const Analysis analysis = analyze_bytes(trace.finish(lossy(1)));
    EXPECT_EQ(find_finding(analysis, net_admin)->granted, ~std::uint64_t{0});
}

// ---- completeness

TEST(Completeness, CutFiles) {
    TraceBuilder trace;
    add_run(trace);
    const Bytes bytes = trace.cut();
    const Analysis cut = analyze_bytes(bytes);
    EXPECT_TRUE(cut.completeness.cut);
    EXPECT_FALSE(cut.completeness.complete);
    EXPECT_FALSE(cut.completeness.still_recording);
    EXPECT_TRUE(mentions(cut.completeness.problems, "the file was cut"));
    EXPECT_EQ(cut.minimal.capabilities.members(), (std::vector<unsigned>{chown}));

    const Analysis live = analyze_bytes(bytes, {.still_recording = [] { return true; }});
    EXPECT_TRUE(live.completeness.still_recording);
    EXPECT_FALSE(live.completeness.cut);
    EXPECT_FALSE(live.completeness.complete);
}

TEST(Completeness, DamagedFiles) {
    TraceBuilder trace;
    add_run(trace);
    trace.writer().flush();
    const std::size_t sound = trace.cut().size();
    trace.check(1, net_admin, true, "setsockopt", {"cap_capable", "later_site"}, 0);
    Bytes bytes = trace.finish();
    bytes[sound + (bytes.size() - sound) / 4] ^= std::byte{0x40};
    const Analysis analysis = analyze_bytes(bytes);
    EXPECT_TRUE(analysis.completeness.damaged);
    EXPECT_TRUE(mentions(analysis.completeness.problems, "damaged"));
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{chown}));
}

TEST(Completeness, EveryLossIsNamed) {
    for (std::uint64_t Losses::*kind : {&Losses::checks, &Losses::outcomes, &Losses::processes, &Losses::credentials,
                                        &Losses::stacks, &Losses::mappings, &Losses::objects, &Losses::first_seen}) {
        TraceBuilder trace;
        add_run(trace);
        RunFooter footer;
        footer.losses.*kind = 12;
        const Analysis analysis = analyze_bytes(trace.finish(footer));
        EXPECT_FALSE(analysis.completeness.complete);
        ASSERT_EQ(analysis.completeness.problems.size(), 1u);
        EXPECT_EQ(analysis.completeness.problems[0].substr(0, 3), "12 ");
        EXPECT_EQ(analysis.completeness.losses.*kind, 12u);
    }
}

TEST(Completeness, CountsThatDoNotFit) {
    TraceBuilder trace;
    add_run(trace);
    RunFooter footer;
    footer.checks_made = 10;
    footer.checks_recorded = 5;
    footer.losses.checks = 1;
    const Analysis analysis = analyze_bytes(trace.finish(footer));
    EXPECT_TRUE(mentions(analysis.completeness.problems, "the recorder wrote 5 checks, the file holds 3"));
    EXPECT_TRUE(mentions(analysis.completeness.problems, "4 checks are neither recorded nor counted as lost"));
}

TEST(Completeness, ARecorderThatFailed) {
    TraceBuilder trace;
    RunFooter footer;
    footer.reason = EndReason::failed;
    EXPECT_FALSE(analyze_bytes(trace.finish(footer)).completeness.complete);
}

TEST(Completeness, MissingSymbolsAreANote) {
    RunHeader header = plausible_header();
    header.symbol_source = SymbolSource::none;
    TraceBuilder trace(header);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_TRUE(analysis.completeness.complete);
    EXPECT_FALSE(analysis.run.kernel_symbols);
    EXPECT_TRUE(mentions(analysis.run.notes, "no kernel symbols"));
}

TEST(Completeness, CapabilitiesThatCannotExist) {
    TraceBuilder trace;
    CheckRow row;
    row.thread = 1;
    for (const std::uint64_t number : {std::uint64_t{63}, std::uint64_t{64}, ~std::uint64_t{0}}) {
        row.capability = number;
        trace.add(row);
    }
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.run.checks, 1u);
    EXPECT_NE(find_finding(analysis, 63), nullptr);
    EXPECT_TRUE(mentions(analysis.completeness.problems, "2 checks name a capability that cannot exist"));
}

TEST(Analyze, WhatIsNoTraceThrows) {
    EXPECT_THROW(analyze_bytes({}), Error);
    EXPECT_THROW(analyze_bytes(Bytes(100, std::byte{'x'})), Error);
}

TEST(Analyze, IdsWithoutADefinitionAreUnknown) {
    TraceBuilder trace;
    CheckRow row;
    row.thread = row.credential = row.stack = row.object = row.key = row.target_namespace = row.user_stack = 1ull << 63;
    row.abi = row.syscall = row.syscall_sequence = row.time = row.options = row.context = ~std::uint64_t{0};
    trace.add(row);
    row.context = 0;
    trace.add(row);
    OutcomeRow outcome;
    outcome.thread = outcome.value = 1ull << 63;
    outcome.abi = outcome.syscall = outcome.syscall_sequence = ~std::uint64_t{0};
    trace.add(outcome);
    const Analysis analysis = analyze_bytes(trace.finish());
    const CapabilityFinding& finding = *find_finding(analysis, 0);
    EXPECT_EQ(finding.granted, 2u);
    for (const Reason& reason : finding.reasons) {
        EXPECT_EQ(reason.site, "");
        EXPECT_EQ(reason.object, "");
        EXPECT_TRUE(reason.kernel_stack.empty());
    }
}

}  // namespace
}  // namespace caprec
