// SPDX-License-Identifier: Apache-2.0
//
// CAP_FSETID where a mode is given: it counts whether the mode has the set-group-ID bit, if that can be seen.
#include <gtest/gtest.h>

#include <array>

#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

Verdict verdict_of(bool granted, std::string_view syscall, const std::array<std::uint64_t, 6>& arguments,
                   std::string_view site) {
    TraceBuilder trace;
    trace.process(1, 0, "install");
    const std::uint64_t sequence = 7;
    CheckRow row;
    row.thread = 1;
    row.capability = cap_fsetid;
    row.result = granted ? 0 : static_cast<std::uint64_t>(-1);
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.target_namespace = NamespaceId(1);
    row.credential = trace.credential(1000, CapabilitySet(granted ? 1U << cap_fsetid : 0));
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = syscall_number(Abi::x86_64, syscall).value();
    row.args = arguments;
    row.syscall_sequence = sequence;
    row.stack = trace.stack({"cap_capable", "capable_wrt_inode_uidgid", site});
    trace.add(row);
    trace.returns(row, 0);
    return analyze_bytes(trace.finish()).capabilities.at(0).verdict;
}

TEST(SetGidBit, OfTheModeGivenDecides) {
    EXPECT_EQ(verdict_of(true, "chmod", {0, 02755}, "setattr_prepare"), Verdict::required);
    EXPECT_EQ(verdict_of(true, "chmod", {0, 0755}, "setattr_prepare"), Verdict::not_needed);
    EXPECT_EQ(verdict_of(true, "openat", {0, 0, 0101, 02775}, "mode_strip_sgid"), Verdict::required);
}

TEST(SetGidBit, IsMissedOnlyWhereItWasGiven) {
    EXPECT_EQ(verdict_of(false, "chmod", {0, 02755}, "setattr_prepare"), Verdict::missing);
    EXPECT_EQ(verdict_of(false, "chmod", {0, 0755}, "setattr_prepare"), Verdict::not_needed);
}

// openat2(2) has the mode in memory: a bit that is not seen is not the same as one that is not there.
TEST(SetGidBit, OfAModeThatIsNotSeenIsNotTakenForAbsent) {
    EXPECT_NE(verdict_of(true, "openat2", {0, 0x7f0000001000, 0x7f0000002000, 24}, "mode_strip_sgid"),
              Verdict::not_needed);
}

// Whether a file that gets an ACL has the bit is seen only by overlayfs, which looks before it asks.
TEST(SetGidBit, OfAFileThatGetsAnAclIsKeptWhereItIsSeen) {
    for (const char* call : {"setxattr", "lsetxattr", "fsetxattr"}) {
        EXPECT_EQ(verdict_of(true, call, {}, "posix_acl_update_mode"), Verdict::not_needed) << call;
        EXPECT_EQ(verdict_of(true, call, {}, "fuse_set_acl"), Verdict::not_needed) << call;
        EXPECT_EQ(verdict_of(true, call, {}, "ovl_set_acl"), Verdict::required) << call;
        EXPECT_EQ(verdict_of(false, call, {}, "ovl_set_acl"), Verdict::missing) << call;
    }
}

}  // namespace
}  // namespace caprec
