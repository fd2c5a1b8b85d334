// SPDX-License-Identifier: Apache-2.0
//
// The needs inside a user namespace of the run's own are a set of their own.
#include <gtest/gtest.h>

#include "analyzer/analysis/container_view.h"
#include "schema/capability_numbers.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr UserNamespace own_namespace{200, 1, 1000};
constexpr CapabilitySet all_known((std::uint64_t{1} << known_capabilities) - 1);

// A program in the namespace chowns, and is refused a port.
Bytes container_run(CapabilitySet bounding) {
    TraceBuilder trace;
    trace.process(1, 0, "server");
    trace.exec(1, "/usr/sbin/server", {"server"});
    Credential credential;
    credential.effective = credential.permitted = CapabilitySet::of({cap_chown});
    credential.bounding = bounding;
    credential.user_namespace = trace.user_namespace(own_namespace);
    CheckRow row;
    row.thread = 1;
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.abi = 1;
    row.credential = trace.writer().define(credential);
    row.target_namespace = credential.user_namespace;
    row.capability = cap_chown;
    row.syscall = *syscall_number(Abi::x86_64, "fchownat");
    row.syscall_sequence = 1;
    row.stack = trace.stack({"cap_capable", "capable_wrt_inode_uidgid", "setattr_prepare"});
    trace.add(row);
    trace.returns(row, 0);
    row.capability = cap_net_bind_service;
    row.result = static_cast<std::uint64_t>(-EPERM);
    row.syscall = *syscall_number(Abi::x86_64, "bind");
    row.syscall_sequence = 2;
    row.stack = trace.stack({"cap_capable", "ns_capable", "__inet_bind"});
    trace.add(row);
    trace.returns(row, -EACCES);
    trace.exit(1, 0);
    return trace.finish();
}

TEST(Inside, IsASetOfItsOwn) {
    const Bytes run = container_run(all_known - CapabilitySet::of({cap_net_bind_service}));
    for (const Bytes& bytes : {run, merge_traces(std::vector<Bytes>{run})}) {
        const Analysis analysis = analyze_bytes(bytes);
        EXPECT_TRUE(analysis.minimal.capabilities.empty()) << "nothing of the host";
        EXPECT_TRUE(analysis.failures.reasons.empty());
        EXPECT_EQ(analysis.inside.minimal.capabilities, CapabilitySet::of({cap_chown}));
        EXPECT_EQ(analysis.inside.missing, CapabilitySet::of({cap_net_bind_service}));
        EXPECT_TRUE(analysis.inside.by_choice());
        ASSERT_EQ(analysis.inside.reasons.size(), analysis.inside.needs.size());
        EXPECT_EQ(find_finding(analysis, cap_chown)->verdict, Verdict::not_needed);
    }
}

TEST(Inside, IsWhatAContainerIsGiven) {
    const Bytes run = container_run(all_known - CapabilitySet::of({cap_net_bind_service}));
    const Analysis view = container_view(analyze_bytes(run));
    EXPECT_EQ(view.minimal.capabilities, CapabilitySet::of({cap_chown}));
    ASSERT_EQ(view.needs.size(), 2u);
    EXPECT_EQ(view.need_reasons.size(), 2u);
    ASSERT_EQ(view.failures.reasons.size(), 1u);
    EXPECT_EQ(view.failures.reasons[0].capability, cap_net_bind_service);
}

// The maker of a namespace has everything in there: nobody has to give a sandbox what it needs for itself.
TEST(Inside, WhatNobodyChoseIsNoContainers) {
    const Analysis analysis = analyze_bytes(container_run(all_known));
    EXPECT_EQ(analysis.inside.minimal.capabilities, CapabilitySet::of({cap_chown}));
    EXPECT_FALSE(analysis.inside.by_choice());
    EXPECT_TRUE(container_view(analysis).minimal.capabilities.empty());
}

}  // namespace
}  // namespace caprec
