// SPDX-License-Identifier: Apache-2.0
//
// What units and containers hold, and what they need of it.
#include <gtest/gtest.h>
#include <linux/securebits.h>

#include <cerrno>

#include "analyzer/analysis/risk.h"
#include "analyzer/follow/check_filter.h"
#include "schema/capability_numbers.h"
#include "tests/support/machine_trace.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr CapabilitySet everything((std::uint64_t{1} << known_capabilities) - 1);
constexpr CapabilitySet two_of_them = CapabilitySet::of({cap_chown, cap_sys_nice}), none_held;

Credential credential_of(std::uint32_t uid, CapabilitySet permitted, CapabilitySet bounding = everything) {
    Credential credential;
    credential.uid = credential.euid = credential.suid = credential.fsuid = uid;
    credential.effective = credential.permitted = permitted;
    credential.bounding = bounding;
    return credential;
}

struct HoldingRow {
    const char* name;
    Credential credential;
    CapabilitySet held, gainable;
};

HoldingRow with(const char* name, Credential credential, bool no_new_privs, std::uint32_t securebits,
                CapabilitySet held, CapabilitySet gainable) {
    credential.no_new_privs = no_new_privs;
    credential.securebits = securebits;
    return {name, std::move(credential), held, gainable};
}

std::vector<HoldingRow> holding_rows() {
    Credential to_return = credential_of(1000, none_held);
    to_return.suid = 0;
    Credential ambient = credential_of(1000, two_of_them, two_of_them);
    ambient.ambient = two_of_them;
    return {
        {"root", credential_of(0, everything), everything, none_held},
        {"root that gave up its sets", credential_of(0, none_held), everything, none_held},
        {"root that is bounded", credential_of(0, two_of_them, two_of_them), two_of_them, none_held},
        with("root that cannot gain", credential_of(0, two_of_them), true, 0, two_of_them, none_held),
        with("root in name only", credential_of(0, two_of_them), false, SECBIT_NOROOT, two_of_them,
             everything - two_of_them),
        {"a user", credential_of(1000, none_held), none_held, everything},
        with("a user who cannot gain", credential_of(1000, none_held), true, 0, none_held, none_held),
        {"a user who can become root", to_return, everything, none_held},
        {"a user with ambient capabilities", ambient, two_of_them, none_held},
    };
}

TEST(Holdings, AreWhatACredentialReaches) {
    for (const HoldingRow& row : holding_rows()) {
        const Holdings holdings = holdings_of(row.credential, false);
        EXPECT_EQ(holdings.held, row.held) << row.name;
        EXPECT_EQ(holdings.gainable, row.gainable) << row.name;
        EXPECT_TRUE(holdings.outside_known && !holdings.inside_known) << row.name;
        const Holdings inside = holdings_of(row.credential, true);
        EXPECT_EQ(inside.held | inside.gainable, none_held) << row.name;
        EXPECT_EQ(inside.inside, row.credential.permitted) << row.name;
    }
}

TEST(Holdings, OfSeveralProcessesAreOfAnyOfThem) {
    Holdings both = holdings_of(credential_of(1000, none_held), false);
    both.add(holdings_of(credential_of(0, two_of_them, two_of_them), false));
    EXPECT_EQ(both.held, two_of_them);
    EXPECT_EQ(both.gainable, everything - two_of_them);
}

class MachineBuilder {
public:
    // A process that was there before, in a unit.
    void found(std::uint64_t process, std::string_view cgroup, const Credential& credential) {
        add_found(trace, process, 0, "/usr/sbin/daemon" + std::to_string(process), 12345);
        ExecRow exec;  // its credential takes the place of the one in add_found()
        exec.after = trace.writer().define(credential);
        trace.exec(process, "/usr/sbin/daemon", {"daemon"}, exec);
        add_place(trace, process, cgroup, process);
    }
    void chowns(std::uint64_t process) {
        trace.check(process, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare", "notify_change"}, 0);
    }
    TraceBuilder trace{header_of(RecordingScope::machine)};
};

Analysis with_findings(const Bytes& bytes, const CheckFilter* filter = nullptr) {
    ReadOptions options;
    options.keeper_findings = true;
    options.filter = filter;
    return analyze_bytes(bytes, options);
}

const KeeperFinding* find(const Analysis& analysis, std::string_view name, bool inside = false) {
    const auto found = std::ranges::find_if(analysis.keeper_findings, [&](const KeeperFinding& finding) {
        return finding.inside == inside &&
               (finding.keeper.container.empty() ? finding.keeper.unit == name : finding.keeper.container == name);
    });
    return found != analysis.keeper_findings.end() ? &*found : nullptr;
}

TEST(KeeperFindings, AreSortedByTheRiskOfTheExcess) {
    MachineBuilder machine;
    machine.found(1, "/a.service", credential_of(1000, none_held, none_held));
    machine.found(2, "/b.service", credential_of(0, two_of_them, two_of_them));
    machine.found(3, "/c.service", credential_of(1000, none_held));
    machine.found(4, "/d.service", credential_of(0, everything));
    const CapabilitySet many_low = CapabilitySet::of({cap_net_bind_service, cap_syslog, cap_net_broadcast});
    machine.found(5, "/e.service", credential_of(0, many_low, many_low));
    const Analysis analysis = with_findings(machine.trace.finish(ended_by(EndReason::time_up)));
    std::vector<std::string> order;
    for (const KeeperFinding& finding : analysis.keeper_findings)
        order.push_back(finding.keeper.unit);
    EXPECT_EQ(order, (std::vector<std::string>{"d.service", "b.service", "e.service", "c.service", "a.service"}));
}

TEST(KeeperFindings, TellHeldNeededAndExcess) {
    MachineBuilder machine;
    machine.found(1, "/ssh.service", credential_of(0, everything));
    machine.found(2, "/ssh.service", credential_of(1000, none_held, none_held));
    machine.chowns(1);
    machine.found(3, "/docker/" + web_id, credential_of(0, two_of_them, two_of_them));
    machine.found(4, "/quiet.service", credential_of(0, two_of_them, two_of_them));
    const Analysis analysis = with_findings(machine.trace.finish(ended_by(EndReason::time_up)));
    ASSERT_EQ(analysis.keeper_findings.size(), 3u);
    const KeeperFinding* ssh = find(analysis, "ssh.service");
    ASSERT_NE(ssh, nullptr);
    EXPECT_EQ(ssh->processes, 2u);
    EXPECT_EQ(ssh->unknown, 0u);
    EXPECT_EQ(ssh->held, everything);
    EXPECT_EQ(ssh->needed.capabilities, CapabilitySet::of({cap_chown}));
    EXPECT_EQ(ssh->excess, everything - CapabilitySet::of({cap_chown}));
    EXPECT_EQ(ssh->activity, KeeperActivity::checks);
    const KeeperFinding* web = find(analysis, web_id);
    ASSERT_NE(web, nullptr);
    EXPECT_EQ(web->held, two_of_them);
    EXPECT_EQ(web->excess, two_of_them);
    EXPECT_EQ(web->activity, KeeperActivity::nothing);
    EXPECT_NE(find(analysis, "quiet.service"), nullptr) << "nothing was asked there";
}

// What systemd or a container engine runs on the way holds everything; the program at the end does not.
TEST(KeeperFindings, AreOfTheLastProgramOfAProcess) {
    MachineBuilder machine;
    machine.found(1, "/a.service", credential_of(0, everything));
    machine.trace.exec(1, "/usr/sbin/server", {"server"}, [&] {
        ExecRow exec;
        exec.after = machine.trace.writer().define(credential_of(1000, none_held, two_of_them));
        return exec;
    }());
    CredentialChangeRow change;
    change.thread = 1;
    change.after = machine.trace.writer().define(credential_of(1000, none_held, none_held));
    machine.trace.add(change);
    const Analysis analysis = with_findings(machine.trace.finish(ended_by(EndReason::time_up)));
    ASSERT_EQ(analysis.keeper_findings.size(), 1u);
    EXPECT_EQ(analysis.keeper_findings[0].held, none_held);
    EXPECT_EQ(analysis.keeper_findings[0].gainable, two_of_them) << "up to its change, it could gain these";
}

TEST(KeeperFindings, SayWhatIsNotKnown) {
    MachineBuilder machine;
    machine.found(1, "/a.service", credential_of(0, two_of_them, two_of_them));
    machine.chowns(77);  // its start was lost
    add_place(machine.trace, 77, "/a.service", 1);
    machine.chowns(78);
    add_place(machine.trace, 78, "/b.service", 2);
    const Analysis analysis = with_findings(machine.trace.finish(ended_by(EndReason::time_up)));
    const KeeperFinding* a = find(analysis, "a.service");
    ASSERT_NE(a, nullptr);
    EXPECT_EQ(a->processes, 2u);
    EXPECT_EQ(a->unknown, 1u);
    EXPECT_EQ(a->held, two_of_them);
    const KeeperFinding* b = find(analysis, "b.service");
    ASSERT_NE(b, nullptr);
    EXPECT_EQ(b->held, std::nullopt);
    EXPECT_EQ(b->excess, none_held);
    EXPECT_EQ(b->unknown, 1u);
}

TEST(KeeperFindings, TellLookUpsAndFailuresApart) {
    MachineBuilder machine;
    machine.found(1, "/looks.service", credential_of(1000, none_held, none_held));
    machine.trace.check(1, cap_dac_override, false, "newfstatat", {"cap_capable", "generic_permission"}, -EACCES);
    machine.found(2, "/fails.service", credential_of(1000, none_held, none_held));
    machine.trace.check(2, cap_net_bind_service, false, "bind", {"cap_capable", "ns_capable", "__inet_bind"}, -EACCES);
    const Analysis analysis = with_findings(machine.trace.finish(ended_by(EndReason::time_up)));
    const KeeperFinding *looks = find(analysis, "looks.service"), *fails = find(analysis, "fails.service");
    ASSERT_TRUE(looks != nullptr && fails != nullptr);
    EXPECT_EQ(looks->activity, KeeperActivity::only_look_ups);
    EXPECT_EQ(looks->missing, none_held);
    EXPECT_EQ(fails->activity, KeeperActivity::checks);
    EXPECT_EQ(fails->missing, CapabilitySet::of({cap_net_bind_service}));
    EXPECT_EQ(fails->needed.capabilities, none_held);
}

TEST(KeeperFindings, KeepNamespacesOfTheirOwnApart) {
    MachineBuilder machine;
    Credential inside = credential_of(100000, two_of_them, two_of_them);
    inside.user_namespace = machine.trace.user_namespace({200, 1, 1000});
    machine.found(1, "/docker/" + web_id, inside);
    machine.found(2, "/docker/" + database_id, credential_of(0, everything));
    CheckRow row = machine.trace.check(2, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    row.thread = 1;
    row.credential = machine.trace.writer().define(inside);
    row.target_namespace = inside.user_namespace;
    row.syscall_sequence = 1000;
    machine.trace.add(row);
    machine.trace.returns(row, 0);
    const Bytes run = machine.trace.finish(ended_by(EndReason::time_up));
    for (const bool merged : {false, true}) {
        const Analysis analysis = with_findings(merged ? merge_traces(std::vector<Bytes>{run}) : run);
        EXPECT_EQ(find(analysis, web_id), nullptr) << "nothing of it is the host's";
        const KeeperFinding* web = find(analysis, web_id, true);
        ASSERT_NE(web, nullptr);
        EXPECT_EQ(web->needed.capabilities, CapabilitySet::of({cap_chown}));
        EXPECT_EQ(&analysis.keeper_findings.back(), web) << "after those of the host";
        if (!merged) {
            EXPECT_EQ(web->held, two_of_them);
            EXPECT_EQ(web->excess, CapabilitySet::of({cap_sys_nice}));
            EXPECT_EQ(find(analysis, database_id)->held, everything);
        }
    }
}

// The rest of the answer is the same with them and without, and there are none_held where there is nothing to tell
// apart.
TEST(KeeperFindings, ChangeNothingElse) {
    const Analysis without = analyze_bytes(machine_trace()), analysis = with_findings(machine_trace());
    EXPECT_FALSE(analysis.keeper_findings.empty());
    EXPECT_TRUE(without.keeper_findings.empty());
    EXPECT_EQ(analysis.needs, without.needs);
    ASSERT_EQ(analysis.capabilities.size(), without.capabilities.size());
    for (std::size_t at = 0; at < without.capabilities.size(); ++at) {
        const CapabilityFinding &one = analysis.capabilities[at], &other = without.capabilities[at];
        EXPECT_EQ(one.granted, other.granted);
        EXPECT_EQ(one.denied, other.denied);
        ASSERT_EQ(one.reasons.size(), other.reasons.size());
        for (std::size_t reason = 0; reason < one.reasons.size(); ++reason) {
            EXPECT_EQ(one.reasons[reason].count, other.reasons[reason].count);
            EXPECT_EQ(one.reasons[reason].process, other.reasons[reason].process);
            EXPECT_TRUE(one.reasons[reason].keeper.empty());
        }
    }
    TraceBuilder command;
    command.process(1, 0, "sh");
    EXPECT_TRUE(with_findings(command.finish()).keeper_findings.empty());
}

TEST(KeeperFindings, AreOfWholeUnitsOnly) {
    CheckChoice choice;
    choice.units = {"ssh.service"};
    choice.words = {"--unit ssh.service"};
    const CheckFilter unit(choice);
    const Analysis analysis = with_findings(machine_trace(), &unit);
    ASSERT_EQ(analysis.keeper_findings.size(), 1u);
    EXPECT_EQ(analysis.keeper_findings[0].keeper.unit, "ssh.service");
    choice.users = {0};
    const CheckFilter part(choice);
    EXPECT_TRUE(with_findings(machine_trace(), &part).keeper_findings.empty());
}

TEST(KeeperFindings, OfAMergedTraceLackWhatIsHeld) {
    const Analysis whole = with_findings(machine_trace());
    const Analysis merged = with_findings(merge_traces(std::vector<Bytes>{machine_trace()}));
    ASSERT_FALSE(merged.keeper_findings.empty());
    for (const KeeperFinding& finding : merged.keeper_findings) {
        EXPECT_EQ(finding.held, std::nullopt);
        EXPECT_EQ(finding.processes, 0u);
        const KeeperFinding* same =
            find(whole, finding.keeper.container.empty() ? finding.keeper.unit : finding.keeper.container);
        ASSERT_NE(same, nullptr);
        EXPECT_EQ(finding.needed.capabilities, same->needed.capabilities) << finding.keeper.unit;
    }
}

TEST(Risks, AreCountedAndNamedFromTheHighestOn) {
    const CapabilitySet set = CapabilitySet::of({cap_chown, cap_kill, cap_net_bind_service, cap_sys_admin});
    EXPECT_EQ(risk_counts(set), (std::array<std::size_t, 3>{2, 1, 1}));
    EXPECT_EQ(by_risk(set), (std::vector<unsigned>{cap_chown, cap_sys_admin, cap_kill, cap_net_bind_service}));
}

}  // namespace
}  // namespace caprec
