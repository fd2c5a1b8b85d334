// SPDX-License-Identifier: Apache-2.0
// The credential that a check asked about, and each change of credentials.
#include <cerrno>

#include "schema/capability_numbers.h"
#include "schema/syscalls.h"
#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Credentials : public LiveTest {};

// The changes that workloads/change_credentials.c makes, in its order.
const struct {
    const char *name, *syscall;
    bool (*holds)(const Credential& before, const Credential& after);
} steps[] = {
    {"70 groups", "setgroups",
     [](const Credential&, const Credential& after) {
         return after.group_count == 70 && after.groups.size() == 64 && after.groups.front() == 1000 &&
                after.groups.back() == 1063;
     }},
    {"another group beyond the 64th", "setgroups",
     [](const Credential& before, const Credential& after) {
         return after.group_count == 70 && after.groups == before.groups && after.group_hash != before.group_hash;
     }},
    {"two groups", "setgroups",
     [](const Credential&, const Credential& after) {
         return after.group_count == 2 && after.groups == std::vector<std::uint32_t>{1000, 1001};
     }},
    {"group ids", "setresgid",
     [](const Credential& before, const Credential& after) {
         return before.gid == 0 && after.gid == 11 && after.egid == 12 && after.sgid == 13 && after.fsgid == 12;
     }},
    {"securebits", "prctl",
     [](const Credential& before, const Credential& after) {
         return before.securebits == 0 && after.securebits == 0x10;
     }},
    {"bounding set", "prctl",
     [](const Credential& before, const Credential& after) {
         return before.bounding.contains(cap_sys_boot) && !after.bounding.contains(cap_sys_boot);
     }},
    {"file system id", "setfsuid",
     [](const Credential& before, const Credential& after) {
         return before.fsuid == 0 && after.fsuid == 65534 && after.euid == 0 && before.effective.contains(0) &&
                !after.effective.contains(0) && after.permitted.contains(0);
     }},
    {"user ids", "setresuid",
     [](const Credential& before, const Credential& after) {
         return before.uid == 0 && after.uid == 21 && after.euid == 22 && after.suid == 23 && after.fsuid == 22 &&
                after.effective.empty() && after.permitted == before.permitted;
     }},
    {"capabilities", "capset",
     [](const Credential&, const Credential& after) {
         return after.permitted.members() == std::vector<unsigned>{cap_net_raw} &&
                after.inheritable == after.permitted && after.effective.empty() && after.ambient.empty();
     }},
    {"ambient set", "prctl",
     [](const Credential&, const Credential& after) {
         return after.ambient.members() == std::vector<unsigned>{cap_net_raw};
     }},
    {"no_new_privs", "prctl",
     [](const Credential& before, const Credential& after) { return !before.no_new_privs && after.no_new_privs; }},
    {"user namespace", "unshare",
     [](const Credential& before, const Credential& after) {
         return after.user_namespace != before.user_namespace && after.effective.contains(cap_sys_boot);
     }},
};

TEST_F(Credentials, EachChangeWithBeforeAndAfter) {
    const Trace trace = sound({workload("change_credentials")});
    std::vector<CredentialChangeRow> changes;
    for (const CredentialChangeRow& row : trace.changes)
        if (row.before != row.after && row.order > trace.execs.at(0).order)
            changes.push_back(row);
    ASSERT_EQ(changes.size(), std::size(steps));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        SCOPED_TRACE(steps[i].name);
        EXPECT_EQ(syscall_name(static_cast<Abi>(changes[i].abi), changes[i].syscall), steps[i].syscall);
        EXPECT_TRUE(steps[i].holds(trace.credential(changes[i].before), trace.credential(changes[i].after)));
        const CredentialId before = i == 0 ? trace.execs[0].after : changes[i - 1].after;
        EXPECT_EQ(trace.credential(changes[i].before), trace.credential(before)) << "one goes on from the other";
    }
    const UserNamespace& own = trace.user_namespace(trace.credential(changes.back().after).user_namespace);
    EXPECT_EQ(own.level, 1u);
    EXPECT_EQ(own.owner, 22u);
}

TEST_F(Credentials, AnotherThanTheTasksOwnIsMarked) {
    write("secret", "x", 0600);
    const Trace trace = sound({workload("other_identity"), "secret"});
    std::size_t overridden = 0, own = 0;
    for (const CheckRow& check : trace.checks) {
        const bool real = (check.flags & check_real_credential) != 0;
        EXPECT_NE(check.flags & check_current_credential, 0u) << "order " << check.order;
        const std::string syscall = trace.syscall_of(check);
        if (syscall == "access" || syscall == "faccessat" || syscall == "faccessat2") {
            if (trace.object_of(check) != "secret")
                continue;
            ++overridden;
            EXPECT_FALSE(real);
            EXPECT_FALSE(check.granted());
            EXPECT_EQ(trace.credential(check.credential).fsuid, 65534u);
            EXPECT_TRUE(trace.credential(check.credential).effective.empty());
            EXPECT_EQ(trace.outcome_of(check), -EACCES);
        } else if (syscall == "chown" || syscall == "fchownat") {
            ++own;
            EXPECT_TRUE(real);
            EXPECT_TRUE(check.granted());
            EXPECT_EQ(trace.credential(check.credential).uid, 65534u);
            EXPECT_EQ(trace.credential(check.credential).euid, 0u);
        }
    }
    EXPECT_GE(overridden, 1u);
    EXPECT_GE(own, 1u);
}

TEST_F(Credentials, WhatCapsetAskedForAndWhetherCapgetTold) {
    const Trace trace = sound({"capsh", "--caps=cap_sys_boot=ep cap_net_raw+i", "--", "-c", "true"});
    bool looked = false, version_only = false;
    std::vector<CapabilityRequestRow> asked;
    for (const CapabilityRequestRow& row : trace.requests) {
        EXPECT_EQ(row.flags & (request_unreadable | request_withheld), 0u);
        EXPECT_EQ(row.target, 0u);
        if (syscall_name(static_cast<Abi>(row.abi), row.syscall) == "capset")
            asked.push_back(row);
        else
            ((row.flags & request_has_data) != 0 ? looked : version_only) = true;
    }
    EXPECT_TRUE(looked && version_only);
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_EQ(asked[0].value, 0u);
    EXPECT_EQ(CapabilitySet(asked[0].permitted).members(), std::vector<unsigned>{cap_sys_boot});
    EXPECT_EQ(asked[0].effective, asked[0].permitted);
    EXPECT_EQ(CapabilitySet(asked[0].inheritable).members(), std::vector<unsigned>{cap_net_raw});
}

TEST_F(Credentials, AnExecSaysWhatItMadeOfThem) {
    const Trace trace = sound({"setpriv", "--bounding-set", "-sys_boot", "--inh-caps", "-all", "true"});
    ASSERT_EQ(trace.execs.size(), 2u);
    const ExecRow& exec = trace.execs[1];
    EXPECT_TRUE(trace.credential(exec.before).permitted.contains(cap_sys_boot));
    EXPECT_FALSE(trace.credential(exec.after).permitted.contains(cap_sys_boot));
    EXPECT_FALSE(trace.credential(exec.after).bounding.contains(cap_sys_boot));
}

}  // namespace
}  // namespace caprec
