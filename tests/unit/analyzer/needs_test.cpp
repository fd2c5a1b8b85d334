// SPDX-License-Identifier: Apache-2.0
//
// The needs in an analysis: by phase, with alternatives, and where the kernel did not ask.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "analyzer/analysis/unread_files.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "schema/capability_numbers.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

TEST(Needs, NeedsOfTheTimeAfterTheDropStandApart) {
    TraceBuilder trace;
    trace.process(1, 0, "daemon");
    trace.exec(1, "/usr/sbin/daemon", {"daemon"});
    trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    CredentialChangeRow drop;
    drop.thread = 1;
    drop.abi = 1;
    drop.before = trace.credential(0, CapabilitySet(0xff));
    drop.after = trace.credential(65534, CapabilitySet());
    trace.add(drop);
    trace.process(2, 1, "worker");  // started after the drop
    trace.check(2, cap_net_admin, true, "ioctl", {"cap_capable", "dev_ioctl"}, 0);
    trace.check(1, cap_sys_nice, false, "setpriority", {"cap_capable", "can_nice"}, -EACCES);
    const Analysis analysis = analyze_bytes(trace.finish());
    const auto phase_of = [&](unsigned capability) {
        const auto need =
            std::ranges::find_if(analysis.needs, [&](const Need& each) { return each.any_of.contains(capability); });
        return need != analysis.needs.end() ? std::optional(need->phase) : std::nullopt;
    };
    EXPECT_EQ(phase_of(cap_chown), Phase::startup);
    EXPECT_EQ(phase_of(cap_net_admin), Phase::after_drop);
    EXPECT_EQ(phase_of(cap_sys_nice), Phase::after_drop);
    ASSERT_EQ(analysis.failures.reasons.size(), 1u);
    EXPECT_EQ(analysis.failures.reasons[0].phase, Phase::after_drop);
    EXPECT_FALSE(analysis.minimal.capabilities.contains(cap_sys_nice));  // denied: no recommendation
}

TEST(Needs, WhatIsRaisedMustBeHeld) {
    TraceBuilder trace;
    trace.process(1, 0, "setpriv");
    trace.exec(1, "/usr/bin/setpriv", {"setpriv"});
    Credential before;
    before.permitted = before.bounding = CapabilitySet(0xff);
    Credential after = before;
    after.inheritable = CapabilitySet(1u << 5);
    CredentialChangeRow change;
    change.thread = 1;
    change.abi = 1;
    change.syscall = 126;  // capset
    change.before = trace.writer().define(before);
    change.after = trace.writer().define(after);
    trace.add(change);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{5}));
    EXPECT_EQ(analysis.capabilities.at(0).reasons.at(0).rule, "raised");
    EXPECT_EQ(analysis.capabilities.at(0).reasons.at(0).syscall, "capset");
    EXPECT_TRUE(find_process(analysis, 1)->granted.contains(5));
    EXPECT_FALSE(find_process(analysis, 1)->checked.contains(5));
}

// Raises them as bwrap does, one prctl after the other.
TEST(Needs, WhoRaisesAllThatItHoldsHasLooked) {
    constexpr CapabilitySet held = CapabilitySet(0x7);
    for (const unsigned raised : {2u, 3u}) {
        TraceBuilder trace;
        trace.process(1, 0, "bwrap");
        trace.exec(1, "/usr/bin/bwrap", {"bwrap"});
        Credential now;
        now.permitted = now.effective = now.inheritable = now.bounding = held;
        for (unsigned capability = 0; capability < raised; ++capability) {
            CredentialChangeRow change;
            change.thread = 1;
            change.abi = 1;
            change.syscall = 157;  // prctl
            change.before = trace.writer().define(now);
            now.ambient.insert(capability);
            change.after = trace.writer().define(now);
            trace.add(change);
        }
        trace.exit(1, 0);
        const Bytes one = trace.finish();
        for (const Bytes& bytes : {one, merge_traces({&one, 1})})
            EXPECT_EQ(analyze_bytes(bytes).minimal.capabilities, raised < 3 ? CapabilitySet(0x3) : CapabilitySet());
    }
}

TEST(Needs, OfAFileWhoseCapabilitiesCouldNotBeReadIsANote) {
    for (const bool read : {true, false}) {
        TraceBuilder trace;
        trace.process(1, 0, "f");
        ExecRow file;
        file.flags = exec_placed;
        file.file_state = read ? std::uint64_t{file_capabilities_known} : 0;
        file.after = trace.credential(0, CapabilitySet(0xff));
        trace.exec(1, "/tmp/f", {"f"}, file);
        trace.exit(1, 0);
        const Bytes one = trace.finish();
        for (const Bytes& bytes : {one, merge_traces({&one, 1})}) {
            const std::vector<std::string> notes = unread_file_notes(analyze_bytes(bytes).run);
            ASSERT_EQ(notes.size(), read ? 0u : 1u);
            if (!read)
                EXPECT_NE(notes[0].find("/tmp/f"), notes[0].npos);
        }
    }
}

TEST(Needs, MappingRootIntoAUserNamespaceNeedsWhatIsNotAskedFor) {
    TraceBuilder trace(plausible_header());
    trace.process(1, 0, "unshare");
    CheckRow row = trace.check(1, cap_sys_admin, true, "write", {"cap_capable", "ns_capable", "map_write"}, 8);
    UserNamespace below{4026532000, plausible_header().home_namespace.level + 1, 0};
    row.target_namespace = trace.user_namespace(below);
    row.syscall_sequence += 1;
    trace.add(row);  // from outside: the kernel would ask
    EXPECT_EQ(row.capability, cap_sys_admin);
    Credential inside;
    inside.user_namespace = row.target_namespace;
    row.credential = trace.writer().define(inside);
    row.syscall_sequence += 1;
    trace.add(row);
    const Analysis analysis = analyze_bytes(trace.finish());
    const CapabilityFinding* finding = find_finding(analysis, 31);
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->verdict, Verdict::unclassified);
    EXPECT_EQ(finding->granted, 0u);
    EXPECT_EQ(finding->reasons.at(0).rule, "not-asked");
    EXPECT_EQ(finding->reasons.at(0).syscall, "write");
    EXPECT_EQ(finding->reasons.at(0).site, "map_write");
    EXPECT_TRUE(analysis.minimal.unclassified.contains(31));
    EXPECT_TRUE(find_process(analysis, 1)->granted.contains(31));
    EXPECT_FALSE(find_process(analysis, 1)->checked.contains(31));
}

TEST(Needs, WhatIoUringPinsBeyondTheLimitIsNeededOrMissing) {
    for (const bool granted : {true, false}) {
        TraceBuilder trace;
        trace.process(1, 0, "database");
        CheckRow call;
        call.thread = 1;
        call.abi = 1;
        call.syscall = 427;  // io_uring_register
        trace.returns(call, granted ? 0 : -ENOMEM, outcome_beyond_memlock);
        const Analysis analysis = analyze_bytes(trace.finish());
        const CapabilityFinding* finding = find_finding(analysis, 14);
        ASSERT_NE(finding, nullptr);
        EXPECT_EQ(finding->verdict, granted ? Verdict::required : Verdict::missing);
        EXPECT_EQ(analysis.minimal.capabilities.contains(14), granted);
        EXPECT_EQ(find_process(analysis, 1)->granted.contains(14), granted);
        EXPECT_EQ(find_process(analysis, 1)->denied.contains(14), !granted);
    }
}

// Checks of perf and the like that are made only for names are left out, for each program by itself.
TEST(Needs, WhoRecordsEventsLooksUpNames) {
    TraceBuilder trace;
    trace.process(1, 0, "perf");
    trace.exec(1, "/usr/bin/perf", {"perf"});
    trace.check(1, cap_sys_admin, true, "setns", {"cap_capable", "mntns_install"}, 0);
    trace.check(1, 38, true, "perf_event_open", {"cap_capable", "find_get_context"}, 3);
    trace.check(1, 19, true, "newfstatat", {"cap_capable", "__ptrace_may_access"}, 0);
    const Analysis alone = analyze_bytes(trace.cut());
    EXPECT_EQ(alone.minimal.capabilities.members(), std::vector<unsigned>{38});
    EXPECT_EQ(find_finding(alone, cap_sys_admin)->reasons.at(0).rule, "name-look-up");
    EXPECT_EQ(find_process(alone, 1)->granted.members(), std::vector<unsigned>{38});
    trace.process(2, 1, "nsenter");
    trace.exec(2, "/usr/bin/nsenter", {"nsenter"});
    trace.check(2, cap_sys_admin, true, "setns", {"cap_capable", "mntns_install"}, 0);
    EXPECT_TRUE(analyze_bytes(trace.finish()).minimal.capabilities.contains(cap_sys_admin));
}

// An exec of a file with capabilities, by uid 65534 or 0 without any before.
Analysis of_exec(ExecRow row, std::uint32_t uid, CapabilitySet gained, unsigned below = 0) {
    TraceBuilder trace(plausible_header());
    trace.process(1, 0, "sh");
    Credential after;
    after.uid = after.euid = uid;
    after.permitted = after.effective = gained;
    UserNamespace where = plausible_header().home_namespace;
    if (below != 0)
        where = {4026532000, where.level + below, 0};
    after.user_namespace = trace.user_namespace(where);
    Credential before = after;
    before.permitted = before.effective = {};
    row.thread = row.process = 1;
    row.path = row.given = trace.string("/usr/bin/ping");
    row.before = trace.writer().define(before);
    row.after = trace.writer().define(after);
    trace.add(row);
    return analyze_bytes(trace.finish());
}

// A process under no_new_privs would not get that, nor would root once it has become somebody else.
TEST(Needs, OfAnExecThatGivesSomethingIsKnown) {
    const auto gained = [](const Credential& before, const Credential& after) {
        TraceBuilder trace;
        trace.process(1, 0, "sh");
        ExecRow row;
        row.flags = exec_placed;
        row.before = trace.writer().define(before);
        row.after = trace.writer().define(after);
        trace.exec(1, "/usr/bin/ping", {"ping"}, row);
        trace.exit(1, 0);
        const Bytes one = trace.finish();
        const Analysis analysis = analyze_bytes(one), merged = analyze_bytes(merge_traces({&one, 1}));
        EXPECT_EQ(analysis.program_files.at(0).gained, merged.program_files.at(0).gained);
        EXPECT_EQ(privileged_executable(analysis), privileged_executable(merged));
        EXPECT_EQ(privileged_executable(analysis), analysis.program_files[0].gained ? "/usr/bin/ping" : "");
        return analysis.program_files[0].gained;
    };
    Credential nobody;
    nobody.uid = nobody.euid = nobody.suid = nobody.gid = nobody.egid = nobody.sgid = 65534;
    Credential raw = nobody, set_user_id = nobody, set_group_id = nobody;
    raw.permitted = raw.effective = CapabilitySet(1u << 13);
    set_user_id.euid = set_user_id.suid = 1000;
    set_group_id.egid = set_group_id.sgid = 42;
    EXPECT_TRUE(gained(nobody, raw));
    EXPECT_TRUE(gained(nobody, set_user_id));
    EXPECT_TRUE(gained(nobody, set_group_id));
    EXPECT_FALSE(gained(nobody, nobody));
    EXPECT_FALSE(gained(raw, nobody));
    EXPECT_FALSE(gained(raw, raw));
}

const CapabilitySet net_raw_and_bind(std::uint64_t{1} << 13 | 1u << 10);

ExecRow file_with(std::uint64_t state, std::uint64_t permitted) {
    ExecRow row;
    row.flags = exec_placed;
    row.file_state = state;
    row.file_permitted = permitted;
    return row;
}

TEST(Needs, AFilesEffectiveCapabilities) {
    const ExecRow file = file_with(file_capabilities_known | file_effective, net_raw_and_bind.bits());
    for (const std::uint32_t uid : {0u, 65534u}) {
        const Analysis analysis = of_exec(file, uid, net_raw_and_bind);
        EXPECT_EQ(analysis.minimal.capabilities, net_raw_and_bind);
        EXPECT_TRUE(analysis.minimal.unclassified.empty());
        ASSERT_EQ(analysis.capabilities.size(), 2u);
        EXPECT_EQ(analysis.capabilities[0].reasons.at(0).rule, "file-capabilities");
        EXPECT_EQ(analysis.capabilities[0].reasons.at(0).image, "/usr/bin/ping");
    }
}

TEST(Needs, AFilesCapabilitiesThatCountForNothing) {
    constexpr std::uint64_t effective = file_capabilities_known | file_effective;
    const std::uint64_t bits = net_raw_and_bind.bits();
    EXPECT_TRUE(of_exec(file_with(file_capabilities_known, bits), 0, {}).minimal.capabilities.empty()) << "=p";
    EXPECT_TRUE(of_exec(file_with(effective, 0), 0, {}).minimal.capabilities.empty()) << "=ei";
    ExecRow powerless = file_with(effective, bits);
    powerless.flags |= exec_file_powerless;
    EXPECT_TRUE(of_exec(powerless, 65534, {}).minimal.capabilities.empty()) << "nosuid";
    ExecRow of_others = file_with(effective, bits);
    of_others.file_root_id = 100000;
    EXPECT_TRUE(of_exec(of_others, 65534, {}).minimal.capabilities.empty());
    EXPECT_TRUE(of_exec(file_with(effective, bits), 65534, {}, 1).minimal.capabilities.empty())
        << "a user namespace of the run's own has a full bounding set";
}

TEST(Needs, OfAFileThatWasNotReadTheCredentialTells) {
    EXPECT_EQ(of_exec(file_with(0, 0), 65534, net_raw_and_bind).minimal.capabilities, net_raw_and_bind);
    EXPECT_EQ(of_exec(ExecRow{}, 65534, net_raw_and_bind).minimal.capabilities, net_raw_and_bind) << "an old trace";
    EXPECT_TRUE(of_exec(file_with(0, 0), 0, net_raw_and_bind).minimal.capabilities.empty())
        << "root has all that may be";
}

TEST(Needs, DeniedLookUpsAreNeedsOfTheirOwnKind) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.check(1, 2, false, "newfstatat", {"cap_capable", "generic_permission"}, -EACCES);
    trace.check(1, cap_chown, false, "fchownat", {"cap_capable", "setattr_prepare"}, -EPERM);
    trace.check(1, cap_net_admin, true, "newfstatat", {"cap_capable", "somewhere"}, 0);
    RunFooter footer;
    footer.target = {TargetStatus::Kind::exited, 1};
    const Analysis analysis = analyze_bytes(trace.finish(footer));
    ASSERT_EQ(analysis.needs.size(), 3u);
    for (const Need& need : analysis.needs)
        EXPECT_EQ(need.look_up, need.any_of.contains(2)) << need.any_of.bits();
}

TEST(Needs, WhatElseWouldDoIsPartOfTheNeed) {
    TraceBuilder trace;
    trace.process(1, 0, "cat");
    trace.check(1, 2, true, "openat", {"cap_capable", "generic_permission"}, 3);
    const Knowledge knowledge(
        "# caprec kernel knowledge\tformat 1\t2026-01-01\n"
        "generic_permission\t-\tCAP_DAC_READ_SEARCH\talternative\t"
        "CAP_DAC_READ_SEARCH|CAP_DAC_OVERRIDE\t-\tEACCES\taudit\t-\topen\ta file is read\n",
        "test");
    ReadOptions options;
    options.knowledge = &knowledge;
    const Analysis analysis = analyze_bytes(trace.finish(), options);
    EXPECT_TRUE(mentions(analysis.run.notes, "another table of call sites than the one that is built in: test (2026"));
    ASSERT_EQ(analysis.minimal.clauses.size(), 1u);
    EXPECT_EQ(analysis.minimal.clauses[0].any_of, (std::vector<unsigned>{1, 2}));
    EXPECT_EQ(analysis.minimal.clauses[0].chosen, 2u);
    EXPECT_EQ(analysis.capabilities[0].verdict, Verdict::alternative);
    EXPECT_NE(analysis.capabilities[0].reasons[0].why.find("a file is read"), std::string::npos);
    EXPECT_EQ(analysis.capabilities[0].reasons[0].asked_by, "open");
}

}  // namespace
}  // namespace caprec
