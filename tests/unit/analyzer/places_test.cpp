// SPDX-License-Identifier: Apache-2.0
//
// Where processes live, and processes that were there before.
#include <gtest/gtest.h>

#include "analyzer/processes/homes.h"
#include "schema/capability_numbers.h"
#include "tests/support/machine_trace.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

TEST(Places, AProcessLivesWhereItsCreatorDid) {
    const Analysis analysis = analyze_bytes(machine_trace());
    const Process* session = find_process(analysis, 8);
    ASSERT_NE(session, nullptr);
    EXPECT_EQ(session->keeper.unit, "session-3.scope");
    EXPECT_EQ(session->parent, 2u);
    const Process* runc = find_process(analysis, 9);
    ASSERT_NE(runc, nullptr);
    EXPECT_EQ(runc->keeper.container, web_id);
    EXPECT_EQ(runc->keeper.engine, "docker");
    EXPECT_EQ(runc->network_namespace, 0xf0000001u);

    TraceBuilder trace;
    trace.process(1, 0, "sh");
    add_place(trace, 1, "/system.slice/a.service", 7);
    trace.process(2, 1, "sh");
    add_place(trace, 1, "/system.slice/b.service", 8);
    trace.process(3, 1, "sh");
    const Analysis other = analyze_bytes(trace.finish());
    EXPECT_EQ(other.processes[0].cgroup, "/system.slice/b.service");
    EXPECT_EQ(other.processes[1].keeper.unit, "a.service");
    EXPECT_EQ(other.processes[2].keeper.unit, "b.service");
}

// A row may come before the one that tells of the process.
TEST(Places, TheOrderOfTheFirstRowsDoesNotMatter) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    add_place(trace, 1, "/a.service", 7);
    add_place(trace, 2, "/b.service", 8);
    trace.process(2, 1, "sh");
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.processes[1].keeper.unit, "b.service");
    EXPECT_FALSE(analysis.processes[1].placeholder);
}

TEST(Places, WhatWasThereBeforeIsNoExecAndNoChild) {
    const Analysis analysis = analyze_bytes(machine_trace());
    const Process* sshd = find_process(analysis, 2);
    ASSERT_NE(sshd, nullptr);
    EXPECT_TRUE(sshd->there_before);
    EXPECT_EQ(sshd->exec_count, 0u);
    EXPECT_EQ(sshd->image, "/usr/sbin/sshd");
    EXPECT_EQ(sshd->parent, 1u);
    EXPECT_EQ(find_process(analysis, 6)->parent, 0u);  // its parent is not known
    EXPECT_FALSE(find_process(analysis, 8)->there_before);
    EXPECT_EQ(sshd->start, 900'000'002u - (plausible_header().start.boottime - plausible_header().start.monotonic));
}

TEST(Places, AParentHasToBeAlive) {
    TraceBuilder trace(header_of(RecordingScope::machine));
    add_found(trace, 1, 0, "/bin/first");
    trace.exit(1, 0);
    add_found(trace, 2, 1001, "/bin/second");
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.processes[1].parent, 0u);
}

// The program that was found stays in the list when another one takes its place.
TEST(Places, AFoundProgramMayBeReplaced) {
    TraceBuilder trace(header_of(RecordingScope::machine));
    add_found(trace, 1, 0, "/bin/first");
    trace.check(1, cap_chown, true, "chown", {"cap_capable", "setattr_prepare", "notify_change"}, 0);
    trace.exec(1, "/bin/second", {"second"});
    const Analysis analysis = analyze_bytes(trace.finish());
    const Process& process = analysis.processes[0];
    EXPECT_EQ(process.exec_count, 1u);
    ASSERT_EQ(process.programs.size(), 2u);
    EXPECT_EQ(process.programs[0].image, "/bin/first");
    EXPECT_TRUE(process.programs[0].granted.contains(cap_chown));
    EXPECT_TRUE(process.programs[1].granted.empty());
}

// Changes of what was there before are not the recorder's.
TEST(Places, AFoundProcessMayDropCapabilities) {
    TraceBuilder trace(header_of(RecordingScope::processes, {"1001"}));
    add_found(trace, 1, 0, "/bin/daemon");
    CredentialChangeRow change;
    change.thread = 1;
    change.abi = static_cast<std::uint64_t>(Abi::x86_64);
    change.syscall = *syscall_number(Abi::x86_64, "setuid");
    change.before = trace.credential(0, CapabilitySet(0xff));
    change.after = trace.credential(33, CapabilitySet());
    trace.add(change);
    trace.check(1, cap_chown, true, "chown", {"cap_capable", "setattr_prepare", "notify_change"}, 0);
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_FALSE(analysis.needs.empty());
    EXPECT_EQ(analysis.needs.front().phase, Phase::after_drop);
}

// A check belongs to where its process was when it was made, whenever its syscall returns.
TEST(Places, ACheckStaysWhereItWasMade) {
    TraceBuilder trace(header_of(RecordingScope::machine));
    add_found(trace, 1, 0, "/bin/runc");
    add_place(trace, 1, "/a.service", 1);
    CheckRow row = trace.check(1, cap_chown, true, "chown", {"cap_capable", "setattr_prepare", "notify_change"}, 0);
    row.syscall_sequence += 100;
    trace.add(row);
    add_place(trace, 1, "/b.service", 2);
    trace.returns(row, 0);
    ReadOptions options;
    options.by_keeper = true;
    const Analysis analysis = analyze_bytes(trace.finish(), options);
    ASSERT_EQ(analysis.needs.size(), 1u);
    EXPECT_EQ(analysis.needs[0].keeper.unit, "a.service");
    EXPECT_EQ(analysis.processes[0].keeper.unit, "b.service");
}

// A trace may name more places than are kept.
TEST(Places, TheirNumberIsLimited) {
    TraceBuilder trace(header_of(RecordingScope::machine));
    add_found(trace, 1, 0, "/bin/daemon");
    for (std::uint64_t at = 0; at <= Homes::max_homes; ++at)
        add_place(trace, 1, "/a.service", at + 1);
    const Analysis analysis = analyze_bytes(trace.finish(ended_by(EndReason::time_up)));
    EXPECT_FALSE(analysis.completeness.complete);
    EXPECT_TRUE(analysis.completeness.limits_reached);
}

struct Ending {
    RecordingScope scope;
    EndReason reason;
    bool complete;
};

TEST(Places, ARecordingWithoutACommandEndsByHandOrByTime) {
    for (const Ending& ending : {Ending{RecordingScope::machine, EndReason::interrupted, true},
                                 Ending{RecordingScope::cgroup, EndReason::time_up, true},
                                 Ending{RecordingScope::processes, EndReason::interrupted, true},
                                 Ending{RecordingScope::machine, EndReason::failed, false},
                                 Ending{RecordingScope::command, EndReason::interrupted, false},
                                 Ending{RecordingScope::command, EndReason::time_up, false}}) {
        TraceBuilder trace(header_of(ending.scope, {"1001"}));
        add_found(trace, 1, 0, "/bin/daemon");
        const Analysis analysis = analyze_bytes(trace.finish(ended_by(ending.reason)));
        EXPECT_EQ(analysis.completeness.complete, ending.complete);
        EXPECT_EQ(survivors_note(analysis.run).empty(), ending.scope != RecordingScope::command);
    }
}

}  // namespace
}  // namespace caprec
