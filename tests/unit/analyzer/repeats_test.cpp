// SPDX-License-Identifier: Apache-2.0
//
// Of a recording of kinds: what was only counted is as what was recorded.
#include <gtest/gtest.h>

#include <cerrno>

#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

class RepeatedChecks : public ::testing::Test {
protected:
    static RunHeader of_kinds() {
        RunHeader header = plausible_header();
        header.only_kinds = true;
        return header;
    }
    RepeatedChecks() : trace_(of_kinds()) {
        trace_.process(1, 0, "sh");
        trace_.exec(1, "/bin/sh", {"sh"});
    }
    CheckRow chown() {
        return trace_.check(1, cap_chown, true, "fchownat",
                            {"cap_capable", "capable_wrt_inode_uidgid", "setattr_prepare"}, 0);
    }
    CheckRow nice(std::int64_t value) {
        return trace_.check(1, cap_sys_nice, false, "setpriority", {"cap_capable", "set_one_prio"}, value);
    }
    Analysis with(const std::vector<KindCount>& counts, const RunFooter& footer = {}) {
        trace_.writer().kind_counts(counts);
        return analyze_bytes(trace_.finish(footer));
    }
    TraceBuilder trace_;
};

TEST_F(RepeatedChecks, CountAsTheRecordedOne) {
    const std::uint64_t key = chown().key;
    trace_.writer().kind_counts(std::vector<KindCount>{{key, 0, 40}});
    const Analysis analysis = with({{key, 0, 60}});
    EXPECT_EQ(find_finding(analysis, cap_chown)->granted, 100u);
    EXPECT_EQ(find_finding(analysis, cap_chown)->reasons.size(), 1u);
    EXPECT_EQ(analysis.run.checks, 100u);
    EXPECT_EQ(analysis.minimal.capabilities.members(), std::vector<unsigned>{cap_chown});
}

TEST_F(RepeatedChecks, EachOutcomeHasItsOwn) {
    const std::uint64_t key = nice(0).key;
    ASSERT_EQ(nice(-EACCES).key, key);
    const Analysis analysis = with({{key, 0, 11}, {key, -EACCES, 6}});
    const CapabilityFinding& finding = *find_finding(analysis, cap_sys_nice);
    EXPECT_EQ(finding.denied, 17u);
    ASSERT_EQ(finding.reasons.size(), 2u);
    EXPECT_EQ(finding.reasons[0].count + finding.reasons[1].count, 17u);
    EXPECT_EQ(std::max(finding.reasons[0].count, finding.reasons[1].count), 11u);
}

TEST_F(RepeatedChecks, OfNothingThatWasRecordedAreLeftOut) {
    chown();
    const Analysis analysis = with({{4711, 0, 40}});
    EXPECT_EQ(analysis.run.checks, 1u);
}

TEST_F(RepeatedChecks, AreAccountedFor) {
    const std::uint64_t key = chown().key;
    RunFooter footer;
    footer.checks_made = 100;
    footer.checks_recorded = 1;
    footer.checks_counted = 99;
    const Analysis whole = with({{key, 0, 100}}, footer);
    EXPECT_TRUE(whole.completeness.complete);
}

TEST_F(RepeatedChecks, MissingOnesAreMissed) {
    const std::uint64_t key = chown().key;
    RunFooter footer;
    footer.checks_made = 100;
    footer.checks_recorded = 1;
    footer.checks_counted = 98;
    const Analysis analysis = with({{key, 0, 99}}, footer);
    EXPECT_TRUE(mentions(analysis.completeness.problems, "1 check is neither recorded nor counted as lost"));
}

}  // namespace
}  // namespace caprec
