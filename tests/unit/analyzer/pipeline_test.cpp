// SPDX-License-Identifier: Apache-2.0
#include "analyzer/pipeline/pipeline.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "analyzer/result/aggregation.h"
#include "schema/capability_numbers.h"
#include "schema/error.h"
#include "schema/losses.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

// A shell that chowns, is denied a priority, and maps memory.
void add_run(TraceBuilder& trace) {
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    trace.check(1, cap_sys_admin, true, "mmap", {"cap_capable", "security_vm_enough_memory_mm", "__mmap_region"}, 4096);
    trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "capable_wrt_inode_uidgid", "setattr_prepare"}, 0);
    trace.check(1, cap_sys_nice, false, "setpriority", {"cap_capable", "ns_capable", "set_one_prio"}, -EACCES);
    trace.exit(1, 0);
}

TEST(Analyze, VerdictsReasonsAndTheSet) {
    TraceBuilder trace;
    add_run(trace);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_TRUE(analysis.completeness.complete) << analysis.completeness.problems.front();
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{cap_chown}));
    ASSERT_EQ(analysis.capabilities.size(), 3u);
    EXPECT_EQ(analysis.capabilities[0].capability, cap_chown);
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
    EXPECT_TRUE(analysis.processes[0].granted.contains(cap_chown));
    EXPECT_FALSE(analysis.processes[0].granted.contains(cap_sys_admin));
    EXPECT_TRUE(analysis.processes[0].denied.contains(cap_sys_nice));
    EXPECT_TRUE(analysis.processes[0].checked.contains(cap_sys_admin));
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
    ASSERT_EQ(analysis.minimal.clauses.size(), 1u);
    const CapabilityFinding& in_set = *find_finding(analysis, 2);
    EXPECT_EQ(in_set.verdict, Verdict::alternative);
    EXPECT_EQ(in_set.reasons.at(0).capability, 1u);
    EXPECT_EQ(in_set.reasons.at(1).rule, "denied-alternative-granted");
    EXPECT_EQ(find_finding(analysis, 1)->met_by.members(), std::vector<unsigned>{2});
    EXPECT_EQ(analysis.processes[0].granted.members(), std::vector<unsigned>{2});
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
            trace.check(1, cap_net_admin, true, "setsockopt", {"cap_capable", site}, 0);
        }
    }
    const Analysis analysis = analyze_bytes(trace.finish());
    const CapabilityFinding& finding = *find_finding(analysis, cap_net_admin);
    ASSERT_EQ(finding.reasons.size(), 10u);
    EXPECT_EQ(finding.more_reasons, 4u);
    EXPECT_EQ(finding.granted, 105u);
    EXPECT_EQ(finding.reasons[0].site, "site_13");
    EXPECT_EQ(finding.reasons[0].count, 14u);
}

TEST(Analyze, KindsBeyondTheLimitArePutTogether) {
    TraceBuilder trace;
    trace.process(1, 0, "many");
    CheckRow row = trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    constexpr std::uint64_t count = Aggregation::max_groups + 500;
    for (std::uint64_t i = 0; i < count; ++i) {
        row.syscall = 1000 + i;
        row.syscall_sequence = 10 + i;
        trace.add(row);
    }
    const Bytes bytes = trace.finish();
    const Analysis analysis = analyze_bytes(bytes);
    EXPECT_TRUE(analysis.completeness.limits_reached);
    const StreamSummary first = verdicts_of(bytes);
    EXPECT_TRUE(first.completeness.limits_reached);
    EXPECT_TRUE(first.late.empty());
    for (const bool knows : {true, false}) {
        MemorySource source(bytes);
        TraceReader reader(source);
        SeenChecks checks;
        const StreamSummary shown = stream_checks(
            reader, checks, {.still_recording = {}, .late = knows ? &first.late : nullptr, .wants_late = !knows});
        EXPECT_TRUE(shown.completeness.limits_reached) << knows;
        EXPECT_EQ(checks.seen.back().site, "setattr_prepare");
    }
    const CapabilityFinding& finding = *find_finding(analysis, cap_chown);
    EXPECT_EQ(finding.granted, count + 1);
    EXPECT_EQ(finding.reasons[0].image, "(other)");
    EXPECT_EQ(finding.reasons[0].count, 500u);  // the last check waits for its outcome to the end: another kind
}

// ---- completeness

// A recording that ended before all recorded processes had ended shows only the beginning.
TEST(Completeness, RecordingsThatWereEnded) {
    struct Row {
        EndReason reason;
        bool wait;
        TargetStatus::Kind target;
        std::uint64_t survivors;
        bool complete;
    };
    using Kind = TargetStatus::Kind;
    for (const Row& row : {Row{EndReason::interrupted, false, Kind::running, 1, false},
                           Row{EndReason::interrupted, true, Kind::exited, 3, false},
                           Row{EndReason::interrupted, true, Kind::exited, 0, true},
                           Row{EndReason::interrupted, false, Kind::running, 0, true},
                           Row{EndReason::command_ended, true, Kind::exited, 1, false},
                           Row{EndReason::command_ended, false, Kind::exited, 1, true},
                           Row{EndReason::last_descendant_ended, true, Kind::exited, 0, true}}) {
        RunHeader header = plausible_header();
        header.wait_for_descendants = row.wait;
        TraceBuilder trace(header);
        trace.process(1, 0, "sh");
        RunFooter footer;
        footer.reason = row.reason;
        footer.target.kind = row.target;
        footer.survivor_count = row.survivors;
        const Bytes bytes = trace.finish(footer);
        const Analysis alone = analyze_bytes(bytes), merged = analyze_bytes(merge_traces(std::vector<Bytes>{bytes}));
        EXPECT_EQ(alone.completeness.complete, row.complete);
        EXPECT_EQ(merged.completeness.complete, row.complete);
        EXPECT_EQ(merged.completeness.problems.size(), alone.completeness.problems.size());
        EXPECT_EQ(survivors_note(alone.run).empty(), row.survivors == 0);
        EXPECT_EQ(survivors_note(merged.run), survivors_note(alone.run));
    }
}

TEST(Completeness, CutFiles) {
    TraceBuilder trace;
    add_run(trace);
    const Bytes bytes = trace.cut();
    const Analysis cut = analyze_bytes(bytes);
    EXPECT_TRUE(cut.completeness.cut);
    EXPECT_FALSE(cut.completeness.complete);
    EXPECT_FALSE(cut.completeness.still_recording);
    EXPECT_TRUE(mentions(cut.completeness.problems, "the file was cut"));
    EXPECT_EQ(cut.minimal.capabilities.members(), (std::vector<unsigned>{cap_chown}));

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
    trace.check(1, cap_net_admin, true, "setsockopt", {"cap_capable", "later_site"}, 0);
    Bytes bytes = trace.finish();
    bytes[sound + (bytes.size() - sound) / 4] ^= std::byte{0x40};
    const Analysis analysis = analyze_bytes(bytes);
    EXPECT_TRUE(analysis.completeness.damaged);
    EXPECT_TRUE(mentions(analysis.completeness.problems, "damaged"));
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{cap_chown}));
}

TEST(Completeness, EveryLossIsNamed) {
    for (const LossKind& each : loss_kinds) {
        if (each.harm == Harm::itself || each.count == &Losses::first_seen)
            continue;
        std::uint64_t Losses::*const kind = each.count;
        TraceBuilder trace;
        add_run(trace);
        RunFooter footer;
        footer.losses.*kind = 12;
        const Analysis analysis = analyze_bytes(trace.finish(footer));
        const bool matters = each.harm == Harm::answers;
        EXPECT_EQ(analysis.completeness.complete, !matters);
        EXPECT_EQ(analysis.completeness.problems.size(), matters ? 1u : 0u);
        EXPECT_EQ(mentions(analysis.completeness.problems, "12 "), matters);
        EXPECT_EQ(mentions(analysis.run.notes, "12 "), !matters);
        EXPECT_EQ(analysis.completeness.losses.*kind, 12u);
    }
}

// The rows are for checks that the events do not tell of.
TEST(Completeness, ALostRowOfFirstSeenMattersWhereChecksWereLost) {
    for (const std::uint64_t checks : {0u, 1u}) {
        TraceBuilder trace;
        add_run(trace);
        RunFooter footer;
        footer.losses.first_seen = 12;
        footer.losses.checks = checks;
        const Analysis analysis = analyze_bytes(trace.finish(footer));
        EXPECT_EQ(analysis.completeness.complete, checks == 0);
        EXPECT_EQ(mentions(analysis.completeness.problems, "12 kinds of check found no place"), checks != 0);
        EXPECT_EQ(analysis.completeness.losses.first_seen, 12u);
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

TEST(Completeness, RefusedMappingsAreANote) {
    RunHeader header = plausible_header();
    header.user_stacks = UserStackMode::snapshot;
    header.mapping_source = MappingSource::none;
    header.mapping_refusal = "512 KiB for each CPU: Permission denied";
    const Analysis refused = analyze_bytes(TraceBuilder(header).finish());
    EXPECT_TRUE(refused.completeness.complete);
    EXPECT_TRUE(mentions(refused.run.notes, "512 KiB for each CPU: Permission denied"));
    header.user_stacks = UserStackMode::none;
    EXPECT_FALSE(mentions(analyze_bytes(TraceBuilder(header).finish()).run.notes, "Permission denied"));
}

// Every answer says what a kernel hides from the hook, and is incomplete where that may have counted.
TEST(Completeness, WhatTheKernelHidesIsSaid) {
    RunHeader header = plausible_header();
    EXPECT_FALSE(mentions(analyze_bytes(TraceBuilder(header).finish()).run.notes, "not seen on that kernel"));
    header.blind_spots = {"checks of memory accounting: why", "by which calls the kernel came to a check: why",
                          "with whose capability sets the kernel compares the caller's"};
    for (const char* mode : {"0", "1", "2"}) {
        header.sysctls = {{"vm.overcommit_memory", mode}};
        const Analysis analysis = analyze_bytes(TraceBuilder(header).finish());
        EXPECT_TRUE(mentions(analysis.run.notes, "not seen on that kernel: checks of memory accounting")) << mode;
        EXPECT_TRUE(mentions(analysis.run.notes, "not seen on that kernel: by which calls")) << mode;
        EXPECT_TRUE(mentions(analysis.run.notes, "not seen on that kernel: with whose capability sets")) << mode;
        EXPECT_EQ(analysis.completeness.complete, *mode != '2') << mode;
        EXPECT_EQ(mentions(analysis.completeness.problems, "CAP_SYS_ADMIN may be missing"), *mode == '2') << mode;
    }
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
    constexpr std::uint64_t undefined = 1ull << 63;
    row.thread = row.key = undefined;
    row.credential = CredentialId(undefined);
    row.stack = StackId(undefined);
    row.user_stack = UserStackId(undefined);
    row.object = ObjectId(undefined);
    row.target_namespace = NamespaceId(undefined);
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
