// SPDX-License-Identifier: Apache-2.0
//
// Startup lasts until the last drop of the asking thread.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "schema/capability_numbers.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr CapabilitySet most = CapabilitySet(0xff'ffff), some = CapabilitySet(0xff), few = CapabilitySet(1);

class Service {
public:
    Service() {
        trace.process(1, 0, "named");
        trace.exec(1, "/usr/sbin/named", {"named"});
    }

    void thread(std::uint64_t id, std::uint64_t creator) {
        TaskRow row;
        row.creator = creator;
        row.thread = id;
        row.process = 1;
        row.kind = static_cast<std::uint64_t>(TaskKind::thread);
        trace.add(row);
    }

    void drop(std::uint64_t thread, CapabilitySet before, CapabilitySet after) {
        CredentialChangeRow row;
        row.thread = thread;
        row.abi = 1;
        row.syscall = 105;  // setuid
        row.before = trace.credential(0, before);
        row.after = trace.credential(0, after);
        trace.add(row);
    }

    void asks(std::uint64_t thread, unsigned capability) {
        trace.check(thread, capability, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    }

    // Checks the phase in which each was needed, in the run and in the trace that sums it up.
    void end() {
        const Bytes bytes = trace.finish();
        analysis = analyze_bytes(bytes);
        EXPECT_EQ(analyze_bytes(merge_traces(std::vector<Bytes>{bytes})).needs, analysis.needs);
    }
    bool needed(unsigned capability, Phase phase) const {
        return std::ranges::any_of(
            analysis.needs, [&](const Need& need) { return need.any_of.contains(capability) && need.phase == phase; });
    }
    std::optional<Phase> phase_of(unsigned capability) const {
        const bool startup = needed(capability, Phase::startup), after = needed(capability, Phase::after_drop);
        EXPECT_NE(startup, after) << capability;
        return startup != after ? std::optional(startup ? Phase::startup : Phase::after_drop) : std::nullopt;
    }

    TraceBuilder trace{plausible_header()};
    Analysis analysis;
};

TEST(Phases, StartupLastsUntilTheLastDrop) {
    Service service;
    service.asks(1, cap_chown);
    service.drop(1, most, some);
    service.asks(1, cap_setuid);
    service.drop(1, some, few);
    service.asks(1, cap_net_bind_service);
    service.end();
    EXPECT_EQ(service.phase_of(cap_chown), Phase::startup);
    EXPECT_EQ(service.phase_of(cap_setuid), Phase::startup);
    EXPECT_EQ(service.phase_of(cap_net_bind_service), Phase::after_drop);
}

TEST(Phases, WhatIsAskedBeforeAndAfterTheLastDropIsInBoth) {
    Service service;
    service.drop(1, most, some);
    service.asks(1, cap_chown);
    service.drop(1, some, few);
    service.asks(1, cap_chown);
    service.end();
    EXPECT_TRUE(service.needed(cap_chown, Phase::startup));
    EXPECT_TRUE(service.needed(cap_chown, Phase::after_drop));
}

// A process that kept its capabilities over setuid loses those that are not ambient at its next exec.
TEST(Phases, AnExecThatTakesCapabilitiesAwayIsADrop) {
    for (const bool left_the_bounding_set : {false, true}) {
        Service service;
        service.asks(1, cap_setuid);
        Credential before, after;
        before.uid = before.euid = after.uid = after.euid = 65534;
        before.permitted = before.effective = most;
        before.bounding = left_the_bounding_set ? few : most;
        after.permitted = after.effective = after.ambient = few;
        after.bounding = before.bounding;
        ExecRow row;
        row.before = service.trace.writer().define(before);
        row.after = service.trace.writer().define(after);
        service.trace.exec(1, "/bin/sh", {"sh"}, row);
        service.asks(1, cap_chown);
        service.end();
        EXPECT_EQ(service.phase_of(cap_setuid), Phase::startup);
        EXPECT_EQ(service.phase_of(cap_chown), left_the_bounding_set ? Phase::startup : Phase::after_drop)
            << "that was the drop";
        ASSERT_EQ(service.analysis.drops.size(), left_the_bounding_set ? 0u : 1u);
        if (!left_the_bounding_set) {
            EXPECT_EQ(service.analysis.drops[0].call, "execve");
            EXPECT_EQ(service.analysis.drops[0].image, "/usr/sbin/named");
            EXPECT_EQ(service.analysis.drops[0].permitted, most - few);
        }
    }
}

// glibc changes the ids of each thread one after the other: the second still asks when the first has dropped.
TEST(Phases, EachThreadHasItsOwn) {
    Service service;
    service.thread(2, 1);
    service.asks(1, cap_setuid);
    service.drop(1, most, few);
    service.asks(2, cap_setgid);
    service.drop(2, most, few);
    service.asks(1, cap_net_bind_service);
    service.asks(2, cap_sys_nice);
    service.end();
    EXPECT_EQ(service.phase_of(cap_setuid), Phase::startup);
    EXPECT_EQ(service.phase_of(cap_setgid), Phase::startup);
    EXPECT_EQ(service.phase_of(cap_net_bind_service), Phase::after_drop);
    EXPECT_EQ(service.phase_of(cap_sys_nice), Phase::after_drop);
}

TEST(Phases, AWorkerThatWasStartedBetweenTwoDropsStaysWhereItWas) {
    Service service;
    service.drop(1, most, some);
    service.trace.process(5, 1, "worker");
    service.asks(1, cap_setuid);
    service.asks(5, cap_chown);
    service.drop(1, some, few);
    service.asks(5, cap_net_bind_service);
    service.trace.exit(5, 0);
    service.end();
    EXPECT_EQ(service.phase_of(cap_setuid), Phase::startup);
    EXPECT_EQ(service.phase_of(cap_chown), Phase::after_drop);
    EXPECT_EQ(service.phase_of(cap_net_bind_service), Phase::after_drop);
}

TEST(Phases, ManyDropsInALoopAreOneStart) {
    Service service;
    CapabilitySet left = most;
    for (unsigned capability = 23; capability > 0; --capability) {
        service.asks(1, 8);
        service.drop(1, left, left - CapabilitySet::of({capability}));
        left = left - CapabilitySet::of({capability});
    }
    service.asks(1, cap_chown);
    service.end();
    EXPECT_EQ(service.phase_of(8), Phase::startup);
    EXPECT_EQ(service.phase_of(cap_chown), Phase::after_drop);
}

}  // namespace
}  // namespace caprec
