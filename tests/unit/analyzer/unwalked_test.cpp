// SPDX-License-Identifier: Apache-2.0
//
// Checks whose kernel stack was not walked: equal keys are not equal questions.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include "analyzer/aggregation.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr unsigned dac_override = 1, fsetid = 4, net_admin = 12, net_raw = 13, sys_admin = 21;
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
        row.credential = trace.credential(0, CapabilitySet(~std::uint64_t{0}));
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
    key.ask(key.question(fsetid, "fchmodat", {3, 0x1000, 0644}), "setattr_prepare");
    key.end();
    for (const std::uint64_t mode : {0644, 0600, 02755}) {
        key.ask(key.question(fsetid, "fchmodat", {3, 0x1000, mode}));
        key.end();
    }
    const Analysis analysis = analyze_bytes(key.trace.finish());
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{fsetid}));
    ASSERT_NE(find_reason(analysis, fsetid, "setgid-bit"), nullptr);
    EXPECT_EQ(find_reason(analysis, fsetid, "setgid-bit")->count, 1u);
    EXPECT_EQ(find_reason(analysis, fsetid, "no-setgid-bit")->count, 3u);
}

TEST(UnwalkedOfOneKey, AreJudgedByTheirOwnArgumentsWhenTheSiteComesLate) {
    OneKey key;
    for (const std::uint64_t mode : {0644, 02755}) {
        key.ask(key.question(fsetid, "fchmodat", {3, 0x1000, mode}));
        key.end();
    }
    key.ask(key.question(fsetid, "fchmodat", {3, 0x1000, 0644}), "setattr_prepare");
    key.end();
    const Analysis analysis = analyze_bytes(key.trace.finish());
    ASSERT_NE(find_reason(analysis, fsetid, "setgid-bit"), nullptr);
    EXPECT_EQ(find_reason(analysis, fsetid, "setgid-bit")->count, 1u);
    EXPECT_EQ(find_reason(analysis, fsetid, "no-setgid-bit")->count, 2u);
    EXPECT_TRUE(analysis.minimal.unclassified.empty());
}

TEST(UnwalkedOfOneKey, AreJudgedByTheirOwnObjects) {
    OneKey key;
    const Knowledge knowledge(
        "# caprec kernel knowledge\tformat 1\t2026-01-01\n"
        "proc_place\t-\tCAP_SYS_ADMIN\tfirst\t-\town-process\tEACCES\taudit\t-\topen\ta file of /proc\n",
        "test");
    for (const char* path : {"/proc/self/fd", "/proc/self/fd", "/proc/1/fd"}) {
        CheckRow row = key.question(sys_admin, "openat", {3, 0x1000});
        row.object = key.trace.object(path);
        key.ask(row, key.sequence == 0 ? "proc_place" : "");
        key.end();
    }
    ReadOptions options;
    options.knowledge = &knowledge;
    const Analysis analysis = analyze_bytes(key.trace.finish(), options);
    EXPECT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{sys_admin}));
    EXPECT_EQ(find_reason(analysis, sys_admin, "own-process")->count, 2u);
}

TEST(UnwalkedOfOneKey, AreJudgedByWhatIsDeniedAfterThem) {
    OneKey key;
    const CheckRow asked = key.question(dac_override, "openat", {3, 0x1000});
    key.ask(asked, "generic_permission");
    key.end();
    key.ask(asked);
    key.end(-EACCES);
    key.ask(asked);
    CheckRow refused = key.question(sys_admin, "openat", {3, 0x1000});
    refused.result = static_cast<std::uint64_t>(-EPERM);
    refused.key = one_key + 1;
    key.ask(refused, "somewhere");
    key.end(-EACCES);
    const Analysis analysis = analyze_bytes(key.trace.finish());
    ASSERT_NE(find_reason(analysis, dac_override, "refused-after-grant"), nullptr);
    EXPECT_EQ(find_reason(analysis, dac_override, "refused-after-grant")->count, 1u);
    ASSERT_NE(find_reason(analysis, dac_override, "granted-then-denied"), nullptr);
    EXPECT_EQ(find_reason(analysis, dac_override, "granted-then-denied")->count, 1u);
}

// The overcommit test needs no look at the credential that was asked; a place that is not known does.
TEST(UnwalkedOfOneKey, AreJudgedByTheirOwnCredentialWhenTheKeyGetsASecondSite) {
    OneKey key;
    const CheckRow own = key.question(sys_admin, "mmap", {0, 4096});
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
    EXPECT_EQ(find_reason(analysis, sys_admin, "foreign-credential")->count, 1u);
    ASSERT_NE(find_reason(analysis, sys_admin, "unwalked-ambiguous"), nullptr);
    EXPECT_EQ(find_reason(analysis, sys_admin, "unwalked-ambiguous")->count, 1u);
    EXPECT_EQ(analysis.minimal.unclassified.members(), (std::vector<unsigned>{sys_admin}));
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
            CheckRow row = key.question(net_admin, "setsockopt", {3, socket_level, option});
            row.result = static_cast<std::uint64_t>(-EPERM);
            row.credential = key.trace.credential(1000, CapabilitySet());
            key.ask(row, walked || key.sequence == 0 ? "sk_setsockopt" : "");
            key.end(-EPERM);
        }
        ReadOptions options;
        options.knowledge = &knowledge;
        const Analysis analysis = analyze_bytes(key.trace.finish(), options);
        ASSERT_EQ(analysis.needs.size(), 2u) << walked;
        EXPECT_EQ(analysis.needs[0].any_of.members(), (std::vector<unsigned>{net_admin}));
        EXPECT_EQ(analysis.needs[1].any_of.members(), (std::vector<unsigned>{net_admin, net_raw}));
    }
}

// What is ambiguous stays so: its arguments do not matter any more, and need no room of their own.
TEST(UnwalkedOfOneKey, OfTwoSitesTakeNoRoomForTheirArguments) {
    OneKey key;
    const CheckRow asked = key.question(net_admin, "setsockopt", {3, 1, 12});
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
    EXPECT_EQ(find_reason(analysis, net_admin, "unwalked-ambiguous")->count, many);
}

}  // namespace
}  // namespace caprec
