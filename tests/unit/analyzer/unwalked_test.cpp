// SPDX-License-Identifier: Apache-2.0
//
// Checks whose kernel stack was not walked: equal keys are not equal questions.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include "analyzer/result/aggregation.h"
#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr std::uint64_t one_key = 77;

// Checks of one key, in syscalls of their own, of a process that holds everything.
class OneKey {
public:
    OneKey() { trace.process(1, 0, "tool"); }

    CheckRow question(unsigned capability, std::string_view syscall, const std::array<std::uint64_t, 6>& arguments) {
        CheckRow row;
        row.thread = 1;
        row.capability = capability;
        row.flags = check_real_credential | check_current_credential;
        row.credential = trace.credential(0, CapabilitySet::all());
        row.abi = static_cast<std::uint64_t>(Abi::x86_64);
        row.syscall = syscall_number(Abi::x86_64, syscall).value();
        row.args = arguments;
        row.key = one_key;
        return row;
    }

    void ask(CheckRow row, std::string_view site = {}) {
        row.syscall_sequence = sequence + 1;
        if (!site.empty()) {
            row.flags |= check_walked;
            row.stack = site == "__mmap_region" ? trace.stack({"cap_capable", "__vm_enough_memory", site})
                                                : trace.stack({"cap_capable", "capable", site});
        }
        trace.add(row);
        last = row;
    }

    void end(std::int64_t value = 0) {
        trace.add(OutcomeRow{.thread = 1,
                             .syscall_sequence = ++sequence,
                             .abi = last.abi,
                             .syscall = last.syscall,
                             .value = static_cast<std::uint64_t>(value)});
    }

    TraceBuilder trace;
    CheckRow last;
    std::uint64_t sequence = 0;
};

const Reason* find_reason(const Analysis& analysis, unsigned capability, std::string_view rule) {
    const CapabilityFinding* finding = find_finding(analysis, capability);
    const auto found = std::ranges::find(finding->reasons, rule, &Reason::rule);
    return found != finding->reasons.end() ? &*found : nullptr;
}

TEST(UnwalkedOfOneKey, AreJudgedByTheirOwnArguments) {
    OneKey key;
    key.ask(key.question(cap_fsetid, "fchmodat", {3, 0x1000, 0644}), "setattr_prepare");
    key.end();
    for (const std::uint64_t mode : {0644, 0600, 02755}) {
        key.ask(key.question(cap_fsetid, "fchmodat", {3, 0x1000, mode}));
        key.end();
    }
    const Analysis analysis = analyze_bytes(key.trace.finish());
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{cap_fsetid}));
    ASSERT_NE(find_reason(analysis, cap_fsetid, "setgid-bit"), nullptr);
    EXPECT_EQ(find_reason(analysis, cap_fsetid, "setgid-bit")->count, 1u);
    EXPECT_EQ(find_reason(analysis, cap_fsetid, "no-setgid-bit")->count, 3u);
}

TEST(UnwalkedOfOneKey, AreJudgedByTheirOwnArgumentsWhenTheSiteComesLate) {
    OneKey key;
    for (const std::uint64_t mode : {0644, 02755}) {
        key.ask(key.question(cap_fsetid, "fchmodat", {3, 0x1000, mode}));
        key.end();
    }
    key.ask(key.question(cap_fsetid, "fchmodat", {3, 0x1000, 0644}), "setattr_prepare");
    key.end();
    const Analysis analysis = analyze_bytes(key.trace.finish());
    ASSERT_NE(find_reason(analysis, cap_fsetid, "setgid-bit"), nullptr);
    EXPECT_EQ(find_reason(analysis, cap_fsetid, "setgid-bit")->count, 1u);
    EXPECT_EQ(find_reason(analysis, cap_fsetid, "no-setgid-bit")->count, 2u);
    EXPECT_TRUE(analysis.minimal.unclassified.empty());
}

TEST(UnwalkedOfOneKey, AreJudgedByTheirOwnObjects) {
    OneKey key;
    const Knowledge knowledge(
        "# caprec kernel knowledge\tformat 1\t2026-01-01\n"
        "proc_place\t-\tCAP_SYS_ADMIN\tfirst\t-\town-process\tEACCES\taudit\t-\topen\ta file of /proc\n",
        "test");
    for (const char* path : {"/proc/self/fd", "/proc/self/fd", "/proc/1/fd"}) {
        CheckRow row = key.question(cap_sys_admin, "openat", {3, 0x1000});
        row.object = key.trace.object(path);
        key.ask(row, key.sequence == 0 ? "proc_place" : "");
        key.end();
    }
    ReadOptions options;
    options.knowledge = &knowledge;
    const Analysis analysis = analyze_bytes(key.trace.finish(), options);
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{cap_sys_admin}));
    EXPECT_EQ(find_reason(analysis, cap_sys_admin, "own-process")->count, 2u);
}

TEST(UnwalkedOfOneKey, AreJudgedByWhatIsDeniedAfterThem) {
    OneKey key;
    const CheckRow asked = key.question(cap_dac_override, "openat", {3, 0x1000});
    key.ask(asked, "generic_permission");
    key.end();
    key.ask(asked);
    key.end(-EACCES);
    key.ask(asked);
    CheckRow refused = key.question(cap_sys_admin, "openat", {3, 0x1000});
    refused.result = static_cast<std::uint64_t>(-EPERM);
    refused.key = one_key + 1;
    key.ask(refused, "somewhere");
    key.end(-EACCES);
    const Analysis analysis = analyze_bytes(key.trace.finish());
    ASSERT_NE(find_reason(analysis, cap_dac_override, "refused-after-grant"), nullptr);
    EXPECT_EQ(find_reason(analysis, cap_dac_override, "refused-after-grant")->count, 1u);
    ASSERT_NE(find_reason(analysis, cap_dac_override, "granted-then-denied"), nullptr);
    EXPECT_EQ(find_reason(analysis, cap_dac_override, "granted-then-denied")->count, 1u);
}

// For the overcommit test, the asked credential does not matter; for a place that is not known, it does.
TEST(UnwalkedOfOneKey, AreJudgedByTheirOwnCredentialWhenTheKeyGetsASecondSite) {
    OneKey key;
    const CheckRow own = key.question(cap_sys_admin, "mmap", {0, 4096});
    CheckRow foreign = own;
    foreign.flags &= ~std::uint64_t{check_real_credential};
    key.ask(own, "__mmap_region");
    key.end();
    for (const CheckRow& row : {foreign, own}) {
        key.ask(row);
        key.end();
    }
    CheckRow elsewhere = own;
    elsewhere.flags |= check_kernel_thread;
    key.ask(elsewhere, "somewhere_else");
    const Analysis analysis = analyze_bytes(key.trace.finish());
    EXPECT_EQ(find_reason(analysis, cap_sys_admin, "foreign-credential")->count, 1u);
    ASSERT_NE(find_reason(analysis, cap_sys_admin, "unwalked-ambiguous"), nullptr);
    EXPECT_EQ(find_reason(analysis, cap_sys_admin, "unwalked-ambiguous")->count, 1u);
    EXPECT_EQ(analysis.minimal.unclassified.members(), (std::vector<unsigned>{cap_sys_admin}));
}

// SO_PRIORITY takes either of two capabilities, other options of the same place only one.
TEST(UnwalkedOfOneKey, DenialsWithDifferentRemediesStayApart) {
    for (const bool walked : {false, true}) {
        OneKey key;
        const Knowledge knowledge(
            "# caprec kernel knowledge\tformat 1\t2026-01-01\n"
            "sk_setsockopt\t-\tCAP_NET_ADMIN\talternative\tCAP_NET_RAW|CAP_NET_ADMIN\tsetsockopt-raw-or-"
            "admin\tEPERM\taudit\t-\t"
            "setsockopt\tan option\n",
            "test");
        constexpr std::uint64_t socket_level = 1, priority = 12, another = 99;
        for (const std::uint64_t option : {priority, priority, another}) {
            CheckRow row = key.question(cap_net_admin, "setsockopt", {3, socket_level, option});
            row.result = static_cast<std::uint64_t>(-EPERM);
            row.credential = key.trace.credential(1000, CapabilitySet());
            key.ask(row, walked || key.sequence == 0 ? "sk_setsockopt" : "");
            key.end(-EPERM);
        }
        ReadOptions options;
        options.knowledge = &knowledge;
        const Analysis analysis = analyze_bytes(key.trace.finish(), options);
        ASSERT_EQ(analysis.needs.size(), 2u) << walked;
        EXPECT_EQ(analysis.needs[0].any_of.members(), (std::vector<unsigned>{cap_net_admin}));
        EXPECT_EQ(analysis.needs[1].any_of.members(), (std::vector<unsigned>{cap_net_admin, cap_net_raw}));
    }
}

// An ambiguous site stays ambiguous: its arguments do not matter any more, and need no room of their own.
TEST(UnwalkedOfOneKey, OfTwoSitesTakeNoRoomForTheirArguments) {
    OneKey key;
    const CheckRow asked = key.question(cap_net_admin, "setsockopt", {3, 1, 12});
    for (const char* site : {"one_site", "another_site"}) {
        key.ask(asked, site);
        key.end();
    }
    constexpr std::uint64_t many = Aggregation::max_open + 10;
    for (std::uint64_t number = 0; number < many; ++number) {
        CheckRow row = asked;
        row.args[3] = number;
        key.ask(row);
        key.end();
    }
    const Analysis analysis = analyze_bytes(key.trace.finish());
    EXPECT_FALSE(analysis.completeness.limits_reached);
    EXPECT_EQ(find_reason(analysis, cap_net_admin, "unwalked-ambiguous")->count, many);
}

// ---- what an unwalked check inherits

CheckRow unwalked(CheckRow row) {
    row.flags &= ~std::uint64_t{check_walked};
    row.stack = {};
    row.syscall_sequence += 1000;
    return row;
}

TEST(Unwalked, InheritsTheOnlySiteOfItsKey) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const CheckRow row =
        trace.check(1, cap_sys_admin, true, "mmap", {"cap_capable", "__vm_enough_memory", "__mmap_region"}, 4096);
    trace.add(unwalked(row));
    const Bytes bytes = trace.finish();
    const Analysis analysis = analyze_bytes(bytes);
    EXPECT_EQ(find_finding(analysis, cap_sys_admin)->verdict, Verdict::not_needed);
    EXPECT_EQ(find_finding(analysis, cap_sys_admin)->granted, 2u);
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
        trace.check(1, cap_sys_admin, true, "mmap", {"cap_capable", "__vm_enough_memory", "__mmap_region"}, 4096);
    trace.add(unwalked(first));  // with the site known here it would be harmless ...
    CheckRow second = first;
    second.stack = trace.stack({"cap_capable", "capable", "somewhere_else"});
    second.flags |= check_kernel_thread;  // ... and nothing but its own class may keep the capability
    second.syscall_sequence = 5000;
    trace.add(second);
    const Analysis analysis = analyze_bytes(trace.finish());
    const CapabilityFinding& finding = *find_finding(analysis, cap_sys_admin);
    EXPECT_EQ(finding.verdict, Verdict::unclassified);
    EXPECT_EQ(finding.reasons[0].rule, "unwalked-ambiguous");
    EXPECT_EQ(finding.reasons[0].site, "");
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{cap_sys_admin}));
    EXPECT_EQ(analysis.minimal.unclassified.members(), (std::vector<unsigned>{cap_sys_admin}));
}

TEST(Unwalked, AllFunctionsThatCallTheOvercommitTestAreOneSite) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const CheckRow first =
        trace.check(1, cap_sys_admin, true, "execve", {"cap_capable", "__vm_enough_memory", "__mmap_region"}, 0);
    CheckRow second = first;
    second.stack = trace.stack({"cap_capable", "__vm_enough_memory", "expand_downwards"});
    trace.add(second);
    trace.add(unwalked(first));
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_finding(analysis, cap_sys_admin)->verdict, Verdict::not_needed);
}

TEST(Unwalked, WithoutAKeyNothingIsInherited) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    CheckRow row = trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
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
    CheckRow row =
        unwalked(trace.check(1, cap_sys_nice, false, "setpriority", {"cap_capable", "set_one_prio"}, -EACCES));
    row.key = 12345;  // never walked
    trace.add(row);
    trace.returns(row, -EPERM);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_finding(analysis, cap_sys_nice)->verdict, Verdict::missing);
    EXPECT_EQ(analysis.failures.reasons.size(), 2u);
}

TEST(Unwalked, ALostStackIsNotAnUnwalkedOne) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    CheckRow row = trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    row.stack = {};
    row.flags |= check_stack_lost;
    row.syscall_sequence = 7;
    trace.add(row);
    const auto checks = checks_of(trace.finish());
    EXPECT_EQ(checks.at(1).site_source, SiteSource::lost);
    EXPECT_EQ(checks.at(1).site, "");
    EXPECT_NE(checks.at(1).rule, "unwalked-ambiguous");
    EXPECT_TRUE(checks.at(1).verdict == Verdict::required || checks.at(1).verdict == Verdict::unclassified);
}

}  // namespace
}  // namespace caprec
