// SPDX-License-Identifier: Apache-2.0
#include "schema/capability.h"

#include <gtest/gtest.h>
#include <linux/capability.h>

namespace caprec {
namespace {

TEST(Capability, NamesAgreeWithTheKernelsHeader) {
    const std::pair<unsigned, const char*> rows[] = {
        {CAP_CHOWN, "CAP_CHOWN"},           {CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH"},
        {CAP_SETPCAP, "CAP_SETPCAP"},       {CAP_NET_RAW, "CAP_NET_RAW"},
        {CAP_SYS_PACCT, "CAP_SYS_PACCT"},   {CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
        {CAP_SYS_NICE, "CAP_SYS_NICE"},     {CAP_MKNOD, "CAP_MKNOD"},
        {CAP_SETFCAP, "CAP_SETFCAP"},       {CAP_SYSLOG, "CAP_SYSLOG"},
        {CAP_AUDIT_READ, "CAP_AUDIT_READ"}, {CAP_CHECKPOINT_RESTORE, "CAP_CHECKPOINT_RESTORE"},
    };
    for (const auto& [number, name] : rows)
        EXPECT_EQ(capability_name(number), name);
}

TEST(Capability, NamesAndNumbersGoBothWays) {
    for (unsigned number = 0; number < 64; ++number)
        EXPECT_EQ(capability_number(capability_name(number)), number) << number;
    EXPECT_EQ(capability_name(41), "CAP_41");
}

TEST(Capability, NumberTakesEverySpelling) {
    EXPECT_EQ(capability_number("cap_sys_admin"), CAP_SYS_ADMIN);
    EXPECT_EQ(capability_number("Sys_Admin"), CAP_SYS_ADMIN);
    EXPECT_EQ(capability_number("cap_63"), 63u);
}

TEST(Capability, NumberRefusesTheRest) {
    for (const char* name : {"", "CAP_", "CAP_64", "CAP_-1", "CAP_4x", "41", "CAP_NOPE", "CAP_CHOWN ", "CAP_CAP_CHOWN",
                             "CAP_99999999999999999999"})
        EXPECT_EQ(capability_number(name), std::nullopt) << name;
}

TEST(Capability, SetHoldsItsMembersInOrder) {
    CapabilitySet set;
    EXPECT_TRUE(set.empty());
    set.insert(40);
    set.insert(0);
    set.insert(63);
    set.insert(64);  // no such bit
    EXPECT_EQ(set.members(), (std::vector<unsigned>{0, 40, 63}));
    EXPECT_TRUE(set.contains(40));
    EXPECT_FALSE(set.contains(64));
    EXPECT_EQ(set, CapabilitySet(1u | std::uint64_t{1} << 40 | std::uint64_t{1} << 63));
}

TEST(Capability, SetsAreJoinedCutAndCounted) {
    constexpr CapabilitySet low = CapabilitySet::of({0, 1, 2}), ends = CapabilitySet::of({2, 63});
    EXPECT_EQ(low | ends, CapabilitySet::of({0, 1, 2, 63}));
    EXPECT_EQ(low & ends, CapabilitySet::of({2}));
    EXPECT_EQ(low - ends, CapabilitySet::of({0, 1}));
    EXPECT_EQ(ends - low, CapabilitySet::of({63}));
    CapabilitySet sum = low;
    sum |= ends;
    EXPECT_EQ(sum, low | ends);
    EXPECT_EQ(sum.size(), 4u);
    EXPECT_EQ(CapabilitySet().size(), 0u);
    EXPECT_EQ(CapabilitySet::of(std::vector<unsigned>{5, 64, 1000}), CapabilitySet::of({5}));  // no such bits
}

}  // namespace
}  // namespace caprec
