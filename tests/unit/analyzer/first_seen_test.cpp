// SPDX-License-Identifier: Apache-2.0
//
// First-seen rows tell of checks that were lost, and of no others.
#include <gtest/gtest.h>

#include <cerrno>

#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

// The recorded part of the run: the shell gives a file away.
void add_shell(TraceBuilder& trace) {
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "capable_wrt_inode_uidgid", "setattr_prepare"}, 0);
}

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
    add_shell(trace);
    FirstSeenRow lost = first_seen(trace, 777, cap_net_admin, true);
    lost.hits = 5;
    lost.outcomes = {{.value = 0, .hits = 3}};
    FirstSeenRow denied = first_seen(trace, 778, 5, false);
    denied.hits = 2;
    denied.outcomes = {{.value = -EPERM, .hits = 2}};
    trace.writer().first_seen(std::vector{lost, denied});
    const Bytes bytes = trace.finish(lossy(7));
    const Analysis analysis = analyze_bytes(bytes);
    EXPECT_FALSE(analysis.completeness.complete);
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{cap_chown, cap_net_admin}));
    const CapabilityFinding& finding = *find_finding(analysis, cap_net_admin);
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
    add_shell(trace);
    FirstSeenRow row = first_seen(trace, 777, cap_net_admin, true);
    row.hits = 5;
    trace.writer().first_seen(std::vector{row});
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_finding(analysis, cap_net_admin), nullptr);
}

TEST(FirstSeen, ARecordedKindIsNotCountedAgainButItsLostErrnoIs) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const CheckRow seen = trace.check(1, cap_sys_nice, false, "setpriority", {"cap_capable", "set_one_prio"}, 0);
    FirstSeenRow row{.check = seen, .hits = 10, .outcomes = {{.value = 0, .hits = 9}, {.value = -EPERM, .hits = 1}}};
    trace.writer().first_seen(std::vector{row});
    const Analysis analysis = analyze_bytes(trace.finish(lossy(9, 9)));
    const CapabilityFinding& finding = *find_finding(analysis, cap_sys_nice);
    EXPECT_EQ(finding.verdict, Verdict::missing);
    EXPECT_EQ(finding.denied, 2u);
}

// The path is that of the first check of its kind, and the later checks of its syscall are not in the row.
TEST(FirstSeen, TheFirstOfItsKindDoesNotExcuseTheOthers) {
    for (const std::uint64_t hits : {1u, 2u}) {
        TraceBuilder trace;
        trace.process(1, 0, "sh");
        FirstSeenRow row = first_seen(trace, 9, cap_net_admin, true);
        row.check.object = trace.writer().define(Object{ObjectKind::path, "/proc/self/fd", false});
        row.hits = hits;
        row.outcomes = {{.value = 0, .hits = hits}};
        trace.writer().first_seen(std::vector{row});
        const auto checks = checks_of(trace.finish(lossy(hits)));
        ASSERT_FALSE(checks.empty());
        EXPECT_EQ(checks.back().row.object != ObjectId(), hits == 1);
    }
    // asked last, it would decide nothing; whether something was asked after it is not known
    TraceBuilder trace;
    trace.process(1, 0, "migratepages");
    FirstSeenRow row = first_seen(trace, 9, cap_sys_nice, true);
    row.check.stack = trace.stack({"cap_capable", "capable", "kernel_migrate_pages"});
    row.hits = 1;
    row.outcomes = {{.value = 0, .hits = 1}};
    trace.writer().first_seen(std::vector{row});
    EXPECT_EQ(find_finding(analyze_bytes(trace.finish(lossy(1))), cap_sys_nice)->verdict, Verdict::required);
}

TEST(FirstSeen, AbsurdHitsSaturate) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    FirstSeenRow row = first_seen(trace, 9, cap_net_admin, true);
    row.hits = ~std::uint64_t{0};
    row.outcomes = {{.value = 0, .hits = ~std::uint64_t{0}}, {.value = -EPERM, .hits = ~std::uint64_t{0}}};
    trace.writer().first_seen(std::vector{row});
    const Analysis analysis = analyze_bytes(trace.finish(lossy(1)));
    EXPECT_EQ(find_finding(analysis, cap_net_admin)->granted, ~std::uint64_t{0});
}

}  // namespace
}  // namespace caprec
