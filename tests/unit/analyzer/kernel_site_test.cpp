// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/kernel_site.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

TEST(KernelSite, SuffixesOfTheCompiler) {
    EXPECT_EQ(strip_compiler_suffixes("setattr_prepare"), "setattr_prepare");
    EXPECT_EQ(strip_compiler_suffixes("may_open.isra.0"), "may_open");
    EXPECT_EQ(strip_compiler_suffixes("do_one.constprop.0.isra.1.cold"), "do_one");
    EXPECT_EQ(strip_compiler_suffixes("f.part.0"), "f");
    EXPECT_EQ(strip_compiler_suffixes(""), "");
}

TEST(KernelSite, FirstFrameOutsideTheHelpers) {
    const KernelSite site =
        find_site({"bpf_prog_6deef7357e7b4530_check", "bpf_trace_run5", "cap_capable", "security_capable",
                   "capable_wrt_inode_uidgid", "setattr_prepare.isra.0", "notify_change"});
    EXPECT_EQ(site.symbol, "setattr_prepare");
    EXPECT_FALSE(site.overcommit);
    EXPECT_TRUE(site.named);
}

TEST(KernelSite, ProbeFramesWithoutAName) {
    EXPECT_EQ(find_site({"", "", "__traceiter_cap_capable", "cap_capable", "ns_capable", "mount_capable"}).symbol,
              "mount_capable");
}

TEST(KernelSite, HelpersCutShortByTailCalls) {
    EXPECT_EQ(find_site({"bpf_prog_1", "bpf_trace_run5", "ns_capable", "setattr_prepare"}).symbol, "setattr_prepare");
    EXPECT_EQ(find_site({"bpf_prog_1", "bpf_trace_run5", "setattr_prepare"}).symbol, "setattr_prepare");
}

TEST(KernelSite, OvercommitTest) {
    for (const std::string_view helper :
         {"cap_vm_enough_memory", "security_vm_enough_memory_mm", "__vm_enough_memory"}) {
        const KernelSite site = find_site({"cap_capable", helper, "mmap_region.constprop.0"});
        EXPECT_TRUE(site.overcommit) << helper;
        EXPECT_EQ(site.symbol, "mmap_region");
    }
}

TEST(KernelSite, AHelperFurtherOutIsNotTheQuestion) {
    const KernelSite site = find_site({"cap_capable", "capable", "site", "security_vm_enough_memory_mm"});
    EXPECT_FALSE(site.overcommit);
    EXPECT_EQ(site.symbol, "site");
}

TEST(KernelSite, ASiteWithoutANameStaysUnknown) {
    const KernelSite site = find_site({"cap_capable", "", "do_syscall_64"});
    EXPECT_EQ(site.symbol, "");
    EXPECT_TRUE(site.named);
    EXPECT_FALSE(find_site({"", "", ""}).named);
    EXPECT_FALSE(find_site({}).named);
    EXPECT_FALSE(find_site({"bpf_prog_1", "bpf_trace_run5", "", ""}).named);
}

}  // namespace
}  // namespace caprec
