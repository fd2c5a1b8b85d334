// SPDX-License-Identifier: Apache-2.0
//
// Notes tell what a limit leaves out, and it leaves out nothing that matters.
#include <gtest/gtest.h>

#include <cerrno>
#include <sstream>

#include "analyzer/emit/report/json.h"
#include "analyzer/emit/report/text.h"
#include "analyzer/follow/judge.h"
#include "analyzer/processes/kept_capabilities.h"
#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

Analysis with_programs_that_keep(std::size_t count) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    Credential full;
    full.permitted = CapabilitySet(3);
    Credential one;
    one.permitted = CapabilitySet(1);
    CredentialChangeRow change;
    change.thread = 1;
    change.abi = 1;
    change.syscall = 126;  // capset
    change.before = trace.writer().define(full);
    change.after = trace.writer().define(one);
    for (std::size_t number = 0; number < count; ++number) {
        trace.exec(1, "/bin/program" + std::to_string(number), {"program"});
        trace.add(change);
    }
    return analyze_bytes(trace.finish());
}

TEST(Limits, OfProgramsThatKeptSomething) {
    const Analysis all = with_programs_that_keep(KeptCapabilities::max_images);
    EXPECT_EQ(all.kept.size(), KeptCapabilities::max_images);
    EXPECT_TRUE(all.completeness.complete);
    const Analysis more = with_programs_that_keep(KeptCapabilities::max_images + 1);
    EXPECT_TRUE(more.completeness.limits_reached);
    EXPECT_FALSE(more.completeness.complete);
}

Analysis with_mounters(std::size_t count) {
    TraceBuilder trace;
    trace.process(1, 0, "mount");
    CheckRow row = trace.check(1, cap_sys_admin, true, "mount", {"cap_capable", "capable", "mount_capable"}, 0);
    row.flags &= ~std::uint64_t{check_real_credential};
    for (std::size_t number = 0; number < count; ++number) {
        row.credential =
            trace.credential(static_cast<std::uint32_t>(1000 + number), CapabilitySet(1u << cap_sys_admin));
        ++row.syscall_sequence;
        trace.add(row);
    }
    return analyze_bytes(trace.finish());
}

TEST(Limits, OfCredentialsThatMountsKeep) {
    EXPECT_FALSE(with_mounters(Judge::max_mount_credentials).completeness.limits_reached);
    EXPECT_TRUE(with_mounters(Judge::max_mount_credentials + 1).completeness.limits_reached);
}

void add_failures(TraceBuilder& trace, std::string_view syscall, std::string_view prefix, int count, int times) {
    for (int number = 0; number < count; ++number) {
        for (int i = 0; i < times; ++i) {
            trace.check(1, cap_dac_override, false, syscall,
                        {"cap_capable", std::string(prefix) + std::to_string(number)}, -EACCES);
        }
    }
}

TEST(Limits, OfFailuresNeverHideARealOneBehindLookUps) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    add_failures(trace, "newfstatat", "looked_at_", 300, 2);
    trace.check(1, cap_chown, false, "fchownat", {"cap_capable", "setattr_prepare"}, -EPERM);
    RunFooter footer;
    footer.target = {TargetStatus::Kind::exited, 1};
    const Analysis analysis = analyze_bytes(trace.finish(footer));
    ASSERT_EQ(analysis.failures.reasons.size(), 10u);
    EXPECT_EQ(analysis.failures.reasons[0].syscall, "fchownat");
    EXPECT_EQ(analysis.failures.more, 291u);
}

TEST(Limits, OfFailuresAreTold) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    add_failures(trace, "openat", "place_", 13, 1);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.failures.more, 3u);
    EXPECT_EQ(analysis.refused.more, 0u);
    std::ostringstream text, json;
    report_text(analysis, {false, true, {}}, text);
    report_json(analysis, json);
    EXPECT_NE(text.str().find("and 3 more reasons\n"), std::string::npos);
    EXPECT_NE(json.str().find("\"more_failures\": 3,"), std::string::npos);
    EXPECT_NE(json.str().find("\"more_tolerated\": 0,"), std::string::npos);
}

}  // namespace
}  // namespace caprec
