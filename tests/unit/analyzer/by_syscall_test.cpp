// SPDX-License-Identifier: Apache-2.0
//
// Traces whose kernel functions have no names: the syscall and its arguments must tell what a check was for, and
// every verdict that rests on them says so.
#include <gtest/gtest.h>

#include <linux/sched.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "analyzer/emit/answers/why.h"
#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr std::uint32_t daemon_id = 2;  // every real, effective and saved id of the asked credential

// The symbols of stacks: none walked, or walked and without a name.
using StackSymbols = std::initializer_list<std::string_view>;

struct SyscallRow {
    const char* name;
    unsigned capability;
    bool granted;
    const char* syscall;
    std::array<std::uint64_t, 6> arguments;
    std::int64_t value;
    Verdict verdict;
    const char* rule;
    std::vector<unsigned> any_of;
    bool by_syscall = true;  // a row of the knowledge was found
};

const SyscallRow syscall_rows[] = {
    {"chown", cap_chown, true, "chown", {}, 0, Verdict::required, "decided", {cap_chown}},
    {"chown_refused", cap_chown, false, "fchownat", {}, -EPERM, Verdict::missing, "denied-and-refused", {cap_chown}},
    {"chown_other_error",
     cap_chown,
     false,
     "fchownat",
     {},
     -EROFS,
     Verdict::not_needed,
     "denied-other-error",
     {cap_chown}},
    {"open_to_read",
     cap_dac_read_search,
     true,
     "openat",
     {},
     3,
     Verdict::alternative,
     "one-of-several",
     {cap_dac_override, cap_dac_read_search}},
    {"open_refused",
     cap_dac_read_search,
     false,
     "openat",
     {},
     -EACCES,
     Verdict::missing,
     "denied-and-refused",
     {cap_dac_override, cap_dac_read_search}},
    {"open_to_write", cap_dac_override, true, "openat", {}, 3, Verdict::required, "decided", {cap_dac_override}},
    {"access", cap_dac_override, true, "access", {}, 0, Verdict::unclassified, "access-answer", {cap_dac_override}},
    {"setgid_to_its_own",
     cap_setgid,
     true,
     "setgid",
     {daemon_id},
     0,
     Verdict::not_needed,
     "id-unchanged",
     {cap_setgid}},
    {"setgid_to_another", cap_setgid, true, "setgid", {5}, 0, Verdict::required, "decided", {cap_setgid}},
    {"setuid_to_its_own",
     cap_setuid,
     true,
     "setuid",
     {daemon_id},
     0,
     Verdict::not_needed,
     "id-unchanged",
     {cap_setuid}},
    {"setuid_with_upper_bits",
     cap_setuid,
     true,
     "setuid",
     {daemon_id | 7ULL << 32},
     0,
     Verdict::not_needed,
     "id-unchanged",
     {cap_setuid}},
    {"setfsuid", cap_setuid, false, "setfsuid", {5}, 2, Verdict::missing, "denied-silently", {cap_setuid}},
    {"mount", cap_sys_admin, true, "mount", {}, 0, Verdict::required, "decided", {cap_sys_admin}},
    {"umount", cap_sys_admin, false, "umount2", {}, -EPERM, Verdict::missing, "denied-and-refused", {cap_sys_admin}},
    {"chmod_with_the_bit", cap_fsetid, true, "chmod", {0, 02755}, 0, Verdict::required, "setgid-bit", {cap_fsetid}},
    {"chmod_without", cap_fsetid, true, "chmod", {0, 0755}, 0, Verdict::not_needed, "no-setgid-bit", {cap_fsetid}},
    {"fchmodat_with_the_bit",
     cap_fsetid,
     true,
     "fchmodat",
     {0, 0, 02755},
     0,
     Verdict::required,
     "setgid-bit",
     {cap_fsetid}},
    {"bind", cap_net_bind_service, true, "bind", {}, 0, Verdict::required, "decided", {cap_net_bind_service}},
    {"new_network", cap_sys_admin, true, "clone", {CLONE_NEWNET}, 7, Verdict::required, "decided", {cap_sys_admin}},
    {"mark_of_a_socket",
     cap_net_admin,
     true,
     "setsockopt",
     {3, SOL_SOCKET, SO_MARK},
     0,
     Verdict::alternative,
     "one-of-several",
     {cap_net_admin, cap_net_raw}},
    {"table_of_the_filter",
     cap_net_admin,
     true,
     "setsockopt",
     {3, IPPROTO_IP, 64},
     0,
     Verdict::required,
     "decided",
     {cap_net_admin}},
    {"locked_memory", cap_ipc_lock, true, "mlock", {}, 0, Verdict::required, "limit-exceeded", {cap_ipc_lock}},
    {"audit_record", cap_audit_write, false, "sendto", {}, 20, Verdict::missing, "denied-in-ack", {cap_audit_write}},
    {"faults_for_everybody",
     cap_sys_ptrace,
     true,
     "userfaultfd",
     {},
     4,
     Verdict::not_needed,
     "sysctl-allows",
     {cap_sys_ptrace}},
    // The syscall does not tell.
    {"ids_in_another_order",
     cap_setgid,
     true,
     "setresgid",
     {daemon_id},
     0,
     Verdict::unclassified,
     "asked-first",
     {cap_setgid}},
    {"capset", cap_setpcap, true, "capset", {}, 0, Verdict::unclassified, "asked-first", {cap_setpcap}},
    {"netlink", cap_net_admin, true, "sendmsg", {}, 20, Verdict::unclassified, "no-symbols", {cap_net_admin}, false},
    {"read_of_a_device",
     cap_sys_admin,
     true,
     "read",
     {},
     1,
     Verdict::unclassified,
     "no-symbols",
     {cap_sys_admin},
     false},
    {"clone3",
     cap_sys_admin,
     true,
     "clone3",
     {},
     7,
     Verdict::unclassified,
     "clone3-without-symbols",
     {cap_sys_admin},
     false},
    {"memory",
     cap_sys_admin,
     true,
     "mmap",
     {},
     4096,
     Verdict::not_needed,
     "overcommit-without-symbols",
     {cap_sys_admin},
     false},
};

RunHeader header_without_symbols() {
    RunHeader header = plausible_header();
    header.symbol_source = SymbolSource::none;
    header.sysctls.emplace_back("vm.unprivileged_userfaultfd", "1");
    return header;
}

void add_check(TraceBuilder& trace, const SyscallRow& from, StackSymbols symbols, std::uint64_t sequence = 1) {
    CheckRow row;
    row.thread = 1;
    row.capability = from.capability;
    row.result = from.granted ? 0 : static_cast<std::uint64_t>(-EPERM);
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.target_namespace = NamespaceId(1);
    row.credential = trace.credential(daemon_id, CapabilitySet(from.granted ? std::uint64_t{1} << from.capability : 0));
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = syscall_number(Abi::x86_64, from.syscall).value();
    row.args = from.arguments;
    row.syscall_sequence = sequence;
    row.stack = symbols.size() > 0 ? trace.stack(symbols) : StackId();
    row.key = row.capability + 1;
    trace.add(row);
}

void add_outcome(TraceBuilder& trace, const SyscallRow& from, std::uint64_t sequence = 1) {
    OutcomeRow outcome;
    outcome.thread = 1;
    outcome.syscall_sequence = sequence;
    outcome.abi = static_cast<std::uint64_t>(Abi::x86_64);
    outcome.syscall = syscall_number(Abi::x86_64, from.syscall).value();
    outcome.value = static_cast<std::uint64_t>(from.value);
    trace.add(outcome);
}

Analysis analysis_of(const SyscallRow& row, StackSymbols symbols) {
    TraceBuilder trace(header_without_symbols());
    trace.process(1, 0, "daemon");
    trace.exec(1, "/usr/sbin/daemon", {"daemon"});
    add_check(trace, row, symbols);
    add_outcome(trace, row);
    return analyze_bytes(trace.finish());
}

class BySyscall : public testing::TestWithParam<SyscallRow> {};

TEST_P(BySyscall, JudgesAndSaysSo) {
    const SyscallRow& row = GetParam();
    for (const StackSymbols symbols : {StackSymbols{}, StackSymbols{"", "", ""}}) {
        SCOPED_TRACE(symbols.size());
        const Analysis analysis = analysis_of(row, symbols);
        EXPECT_FALSE(analysis.run.kernel_symbols);
        const CapabilityFinding* finding = find_finding(analysis, row.capability);
        ASSERT_NE(finding, nullptr);
        ASSERT_EQ(finding->reasons.size(), 1u);
        const Reason& reason = finding->reasons[0];
        EXPECT_EQ(verdict_name(reason.verdict), std::string(verdict_name(row.verdict)));
        EXPECT_EQ(reason.rule, row.rule);
        EXPECT_EQ(reason.any_of.members(), row.any_of);
        EXPECT_EQ(reason.by_syscall, row.by_syscall);
        EXPECT_EQ(reason.site, "");
        EXPECT_EQ(reason.syscall, row.syscall);
        // The reader learns what the verdict rests on.
        const char* said = row.by_syscall ? "judged by the syscall alone" : "kernel symbols";
        EXPECT_NE(reason.why.find(said), std::string::npos) << reason.why;
        std::ostringstream text;
        why_text(analysis, row.capability, TextStyle{}, text);
        std::string words = text.str();  // it is broken into lines
        words.erase(std::unique(words.begin(), words.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
                    words.end());
        for (std::size_t at = words.find("\n "); at != std::string::npos; at = words.find("\n "))
            words.erase(at, 1);
        EXPECT_NE(words.find(said), std::string::npos) << text.str();
        // It is in the set, or not, just as with symbols.
        const bool kept = row.verdict == Verdict::required || row.verdict == Verdict::alternative ||
                          row.verdict == Verdict::unclassified;
        EXPECT_EQ(analysis.minimal.capabilities.empty(), !kept);
        EXPECT_EQ(analysis.minimal.unclassified.contains(row.capability), row.verdict == Verdict::unclassified);
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, BySyscall, testing::ValuesIn(syscall_rows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(BySyscallTwice, TheSecondQuestionOfAnOpenIsAskedForBoth) {
    TraceBuilder trace(header_without_symbols());
    trace.process(1, 0, "cat");
    const SyscallRow search{.name = "",
                            .capability = cap_dac_read_search,
                            .granted = false,
                            .syscall = "openat",
                            .arguments = {},
                            .value = 3,
                            .verdict = {},
                            .rule = "",
                            .any_of = {}};
    SyscallRow override = search;
    override.capability = cap_dac_override;
    override.granted = true;
    add_check(trace, search, {});
    add_check(trace, override, {});
    add_outcome(trace, override);
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.minimal.clauses.size(), 1u);
    EXPECT_EQ(analysis.minimal.clauses[0].any_of, (std::vector<unsigned>{cap_dac_override, cap_dac_read_search}));
    const std::vector<Reason>& reasons = find_finding(analysis, cap_dac_read_search)->reasons;
    EXPECT_EQ(reasons.at(0).capability, cap_dac_override);  // the set has this one for it
    EXPECT_EQ(reasons.at(1).rule, "denied-alternative-granted");
    for (const CapabilityFinding& finding : analysis.capabilities)
        EXPECT_TRUE(finding.reasons.at(0).by_syscall);
}

TEST(BySyscallMixed, NamedStacksAreJudgedByTheirSite) {
    TraceBuilder trace;
    trace.process(1, 0, "nice");
    trace.check(1, cap_sys_nice, true, "setpriority", {"cap_capable", "capable", "set_one_prio"}, 0);
    const Analysis analysis = analyze_bytes(trace.finish());
    const Reason& reason = analysis.capabilities.at(0).reasons.at(0);
    EXPECT_FALSE(reason.by_syscall);
    EXPECT_EQ(reason.why.find("by the syscall alone"), std::string::npos) << reason.why;
}

}  // namespace
}  // namespace caprec
