// SPDX-License-Identifier: Apache-2.0
#include "analyzer/sites/key_sites.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

constexpr SiteId one_site(7), other_site(7 + 1);
constexpr StackId kernel_stack(3);

// Stacks 10 to 19 show the same calls, and so on.
class KeySitesTest : public testing::Test {
protected:
    static CheckRow walked(UserStackId user_stack) {
        CheckRow row;
        row.key = 99;
        row.flags = check_walked;
        row.stack = kernel_stack;
        row.user_stack = user_stack;
        return row;
    }
    void record(const CheckRow& row) { sites_.record(row, one_site, false); }
    // The site of a check of the same key that was not walked.
    CheckSite inherited() {
        CheckRow row;
        row.key = 99;
        record(row);
        return sites_.site_of(row, KernelStacks::unknown_site);
    }
    KeySites sites_{[](UserStackId one, UserStackId other) { return one.value() / 10 == other.value() / 10; }};
};

TEST_F(KeySitesTest, NothingIsKnownOfAKeyThatWasNeverWalked) {
    EXPECT_EQ(inherited().user_stack, UserStackId());
    EXPECT_EQ(inherited().source, SiteSource::ambiguous);
}

TEST_F(KeySitesTest, TheStacksOfItsKey) {
    record(walked(UserStackId(10)));
    EXPECT_EQ(inherited().stack, kernel_stack);
    EXPECT_EQ(inherited().user_stack, UserStackId(10));
    EXPECT_EQ(inherited().source, SiteSource::inherited);
}

TEST_F(KeySitesTest, UserStacksThatAreAlikeCountAsOne) {
    for (const std::uint64_t id : {0u, 10u, 12u, 11u, 10u, 0u})
        record(walked(UserStackId(id)));
    EXPECT_EQ(inherited().user_stack, UserStackId(10));
}

TEST_F(KeySitesTest, OneThatIsUnlikeIsEnoughNotToKnow) {
    for (const std::uint64_t id : {10u, 20u, 10u})
        record(walked(UserStackId(id)));
    const CheckSite site_now = inherited();
    EXPECT_EQ(site_now.user_stack, UserStackId());
    EXPECT_EQ(site_now.source, SiteSource::inherited);  // the kernel's side is as it was
}

TEST_F(KeySitesTest, AnAnswerStandsUntilAnotherCallingFunctionIsMet) {
    record(walked(UserStackId(10)));
    CheckRow row;
    row.key = 99;
    const CheckSite before = inherited();
    EXPECT_TRUE(sites_.stands(row, before));
    record(walked(UserStackId(11)));
    EXPECT_TRUE(sites_.stands(row, before));
    record(walked(UserStackId(20)));
    EXPECT_FALSE(sites_.stands(row, before));
}

TEST_F(KeySitesTest, ItDoesNotStandAlsoWhereTheKernelSitesDiffer) {
    record(walked(UserStackId(10)));
    sites_.record(walked(UserStackId(11)), other_site, false);
    CheckRow row;
    row.key = 99;
    const CheckSite before = inherited();
    EXPECT_EQ(before.source, SiteSource::ambiguous);
    EXPECT_EQ(before.user_stack, UserStackId(10));
    EXPECT_TRUE(sites_.stands(row, before));
    record(walked(UserStackId(20)));
    EXPECT_FALSE(sites_.stands(row, before));
    EXPECT_EQ(inherited().user_stack, UserStackId());
}

// Its kernel stack is its own, which the recorder recognized; the user stack is that of its key.
TEST_F(KeySitesTest, WhatWasNotLookedAtCloselyHasTheUserStackOfItsKey) {
    CheckRow row = walked(UserStackId());
    row.flags = 0;
    record(row);
    EXPECT_EQ(sites_.site_of(row, one_site).user_stack, UserStackId());
    record(walked(UserStackId(10)));
    const CheckSite before = sites_.site_of(row, one_site);
    EXPECT_EQ(before.user_stack, UserStackId(10));
    EXPECT_EQ(before.source, SiteSource::walked);
    EXPECT_FALSE(before.open);
    EXPECT_TRUE(sites_.stands(row, before));
    record(walked(UserStackId(20)));
    EXPECT_FALSE(sites_.stands(row, before));
    EXPECT_EQ(sites_.site_of(row, one_site).user_stack, UserStackId());
}

// The recorder says that the check came by none of the known paths: other checks of its key tell nothing about it.
TEST_F(KeySitesTest, ASiteThatIsNotKnownIsNeverInherited) {
    record(walked(UserStackId(10)));
    CheckRow row;
    row.key = 99;
    row.flags = check_site_unknown;
    record(row);
    const CheckSite unknown = sites_.site_of(row, KernelStacks::unknown_site);
    EXPECT_EQ(unknown.source, SiteSource::ambiguous);
    EXPECT_EQ(unknown.id, KernelStacks::unknown_site);
    EXPECT_EQ(unknown.stack, StackId());
    EXPECT_FALSE(unknown.open);
    EXPECT_TRUE(sites_.stands(row, unknown));
}

TEST_F(KeySitesTest, WhatWasWalkedKeepsItsOwn) {
    record(walked(UserStackId(10)));
    EXPECT_EQ(sites_.site_of(walked(UserStackId(12)), one_site).user_stack, UserStackId(12));
    CheckRow lost = walked(UserStackId());
    lost.stack = {};
    EXPECT_EQ(sites_.site_of(lost, KernelStacks::unknown_site).user_stack, UserStackId());
    EXPECT_EQ(sites_.site_of(lost, KernelStacks::unknown_site).source, SiteSource::lost);
}

}  // namespace
}  // namespace caprec
