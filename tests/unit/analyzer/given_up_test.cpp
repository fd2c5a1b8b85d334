// SPDX-License-Identifier: Apache-2.0
//
// A capability that a process itself gave up is neither missing nor a violation, in whichever way it was given up.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "analyzer/compare/policy_check.h"
#include "schema/capability_numbers.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr CapabilitySet all_eight = CapabilitySet(0xff);

Credential credential_of(CapabilitySet permitted, CapabilitySet effective, CapabilitySet bounding = all_eight) {
    Credential credential;
    credential.permitted = permitted;
    credential.effective = effective;
    credential.bounding = bounding;
    return credential;
}

// A daemon, and its changes of its own sets.
class Daemon {
public:
    explicit Daemon(const Credential& start = credential_of(all_eight, all_eight)) {
        trace.process(1, 0, "daemon");
        ExecRow row;
        row.thread = row.process = 1;
        row.path = trace.string("/usr/sbin/daemon");
        row.after = current_ = trace.writer().define(start);
        trace.add(row);
    }

    void become(std::string_view call, const Credential& after) {
        CredentialChangeRow row;
        row.thread = 1;
        row.abi = 1;
        row.syscall = *syscall_number(Abi::x86_64, call);
        row.before = current_;
        row.after = current_ = trace.writer().define(after);
        trace.add(row);
    }

    void run(std::string_view path, const Credential& after) {
        ExecRow row;
        row.thread = row.process = 1;
        row.path = trace.string(path);
        row.before = current_;
        row.after = current_ = trace.writer().define(after);
        trace.add(row);
    }

    // An open that fails for a capability.
    void refused(std::uint64_t process = 1, unsigned capability = cap_dac_override) {
        CheckRow row = first_;
        if (row.abi == 0)
            first_ = row = trace.check(1, capability, true, "openat", {"cap_capable", "inode_permission"}, 3);
        row.thread = process;
        row.capability = capability;
        row.result = static_cast<std::uint64_t>(-EPERM);
        row.credential = current_;
        row.key = 0;
        row.syscall_sequence += ++calls_;
        trace.add(row);
        trace.returns(row, -EACCES);
    }

    // The rules of the denied checks; they must be the same in the trace that sums the run up.
    std::string rules() {
        const Bytes bytes = trace.finish();
        const std::string alone = rules_in(analyze_bytes(bytes));
        EXPECT_EQ(rules_in(analyze_bytes(merge_traces(std::vector<Bytes>{bytes}))), alone);
        return alone;
    }

    TraceBuilder trace{plausible_header()};

private:
    static std::string rules_in(const Analysis& analysis) {
        std::string text;
        for (const CapabilityFinding& finding : analysis.capabilities)
            for (const Reason& reason : finding.reasons)
                text += reason.granted ? "" : (text.empty() ? "" : " ") + reason.rule;
        const bool given_up = !analysis.given_up.reasons.empty();
        EXPECT_EQ(given_up, text.find("lost") != text.npos || text.find("in-effect") != text.npos) << text;
        EXPECT_EQ(analysis.failures.reasons.empty(), text.find("and-refused") == text.npos) << text;
        return text;
    }

    CredentialId current_{};
    CheckRow first_;
    std::uint64_t calls_ = 0;
};

TEST(GivenUp, BySetuid) {
    Daemon daemon;
    daemon.become("setuid", credential_of({}, {}));
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-lost-by-setid");
}

TEST(GivenUp, ByCapset) {
    Daemon daemon;
    daemon.become("capset", credential_of(CapabilitySet::of({cap_net_bind_service}), {}));
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-lost-by-capset");
}

TEST(GivenUp, ByCapsetAfterALookItMayBeKeptWhenThereIsMore) {
    Daemon ip;
    CapabilityRequestRow look;
    look.thread = 1;
    look.abi = 1;
    look.syscall = *syscall_number(Abi::x86_64, "capget");
    look.flags = request_has_data;
    ip.trace.add(look);
    ip.become("capset", credential_of({}, {}));
    ip.refused();
    EXPECT_EQ(ip.rules(), "denied-lost-after-look");
}

TEST(GivenUp, FromTheBoundingSetAndThenAnExec) {
    Daemon daemon;
    daemon.become("prctl", credential_of(all_eight, all_eight, CapabilitySet::of({cap_chown})));
    daemon.run("/usr/sbin/worker", credential_of(CapabilitySet::of({cap_chown}), CapabilitySet::of({cap_chown})));
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-lost-by-prctl");
}

TEST(GivenUp, ByAnExecThatKeptCapabilitiesDoNotOutlive) {
    Daemon daemon;
    daemon.become("setuid", credential_of(all_eight, {}));  // it has used PR_SET_KEEPCAPS
    daemon.become("capset", credential_of(all_eight, all_eight));
    daemon.run("/usr/sbin/worker", credential_of({}, {}));
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-lost-by-exec");
}

TEST(GivenUp, InItsEffectiveSetOnly) {
    Daemon daemon;
    daemon.become("setresuid", credential_of(all_eight, {}));
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-not-in-effect");
}

TEST(GivenUp, OutsideOfAUserNamespaceThatItEntered) {
    Daemon daemon;
    Credential inside = credential_of(all_eight, all_eight);
    inside.user_namespace = daemon.trace.user_namespace({4026532000, 1, 0});
    daemon.become("unshare", inside);
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-lost-by-namespace");
}

TEST(GivenUp, ByTheParent) {
    Daemon daemon;
    daemon.become("setuid", credential_of({}, {}));
    daemon.trace.process(2, 1, "worker");
    daemon.refused(2);
    EXPECT_EQ(daemon.rules(), "denied-lost-by-setid");
}

TEST(GivenUp, ButNotWhatWasNeverHeld) {
    Daemon daemon(credential_of(CapabilitySet::of({cap_chown}), CapabilitySet::of({cap_chown})));
    daemon.become("setuid", credential_of({}, {}));
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-and-refused");
}

TEST(GivenUp, ButNotWhatNeverWasInEffect) {  // a file with cap_dac_override=p: =ep would do
    Daemon daemon(credential_of(CapabilitySet::of({cap_dac_override}), {}));
    daemon.refused();
    EXPECT_EQ(daemon.rules(), "denied-and-refused");
}

TEST(GivenUp, ButNotByTheRecorderOnItsWayToTheCommand) {
    TraceBuilder trace(plausible_header());
    trace.process(1, 0, "caprec");
    CredentialChangeRow drop;
    drop.thread = 1;
    drop.abi = 1;
    drop.syscall = 105;  // setuid
    drop.before = trace.credential(0, all_eight);
    drop.after = trace.credential(65534, {});
    trace.add(drop);
    trace.exec(1, "/bin/cat", {"cat"});
    trace.check(1, cap_dac_override, false, "openat", {"cap_capable", "inode_permission"}, -EACCES);
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.failures.reasons.size(), 1u);
    EXPECT_TRUE(analysis.given_up.reasons.empty());
}

TEST(GivenUp, IsNoViolationOfAPolicy) {
    Daemon daemon;
    daemon.become("setuid", credential_of({}, {}));
    daemon.refused();
    ReadOptions options;
    options.by_program = options.need_reasons = true;
    const Analysis analysis = analyze_bytes(daemon.trace.finish(), options);
    EXPECT_TRUE(std::ranges::none_of(analysis.needs, &Need::missing));
    Policy policy;
    policy.rules.emplace_back().capabilities = all_eight;
    EXPECT_TRUE(check(analysis, policy).findings.empty());
}

}  // namespace
}  // namespace caprec
