// SPDX-License-Identifier: Apache-2.0
//
// What an analysis says is needed: by phase, with alternatives, and where the kernel did not ask.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr unsigned chown = 0, net_admin = 12, sys_admin = 21, sys_nice = 23;

TEST(Needs, NeedsOfTheTimeAfterTheDropStandApart) {
    TraceBuilder trace;
    trace.process(1, 0, "daemon");
    trace.exec(1, "/usr/sbin/daemon", {"daemon"});
    trace.check(1, chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    CredentialChangeRow drop;
    drop.thread = 1;
    drop.abi = 1;
    drop.before = trace.credential(0, CapabilitySet(0xff));
    drop.after = trace.credential(65534, CapabilitySet());
    trace.add(drop);
    trace.process(2, 1, "worker");  // started after the drop
    trace.check(2, net_admin, true, "ioctl", {"cap_capable", "dev_ioctl"}, 0);
    trace.check(1, sys_nice, false, "setpriority", {"cap_capable", "can_nice"}, -EACCES);
    const Analysis analysis = analyze_bytes(trace.finish());
    const auto phase_of = [&](unsigned capability) {
        const auto need =
            std::ranges::find_if(analysis.needs, [&](const Need& each) { return each.any_of.contains(capability); });
        return need != analysis.needs.end() ? std::optional(need->phase) : std::nullopt;
    };
    EXPECT_EQ(phase_of(chown), Phase::startup);
    EXPECT_EQ(phase_of(net_admin), Phase::after_drop);
    EXPECT_EQ(phase_of(sys_nice), Phase::after_drop);
    ASSERT_EQ(analysis.failures.reasons.size(), 1u);
    EXPECT_EQ(analysis.failures.reasons[0].phase, Phase::after_drop);
    EXPECT_FALSE(analysis.minimal.capabilities.contains(sys_nice));  // denied: no recommendation
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

TEST(Needs, MappingRootIntoAUserNamespaceNeedsWhatIsNotAskedFor) {
    TraceBuilder trace(plausible_header());
    trace.process(1, 0, "unshare");
    CheckRow row = trace.check(1, sys_admin, true, "write", {"cap_capable", "ns_capable", "map_write"}, 8);
    UserNamespace below{4026532000, plausible_header().home_namespace.level + 1, 0};
    row.target_namespace = trace.user_namespace(below);
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

TEST(Needs, DeniedLookUpsAreNeedsOfTheirOwnKind) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.check(1, 2, false, "newfstatat", {"cap_capable", "generic_permission"}, -EACCES);
    trace.check(1, chown, false, "fchownat", {"cap_capable", "setattr_prepare"}, -EPERM);
    trace.check(1, net_admin, true, "newfstatat", {"cap_capable", "somewhere"}, 0);
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.needs.size(), 3u);
    for (const Need& need : analysis.needs) {
        EXPECT_EQ(need.look_up, need.any_of.contains(2)) << need.any_of.bits();
    }
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
