// SPDX-License-Identifier: Apache-2.0
//
// The answer of why, and the headings that its reasons stand under.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <string>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/emit/answers/why.h"
#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

Analysis one_finding(const Reason& reason) {
    CapabilityFinding finding;
    finding.capability = reason.capability;
    finding.verdict = reason.verdict;
    (reason.granted ? finding.granted : finding.denied) = 1;
    finding.reasons = {reason};
    Analysis analysis;
    analysis.capabilities = {finding};
    return analysis;
}

std::string why(const Analysis& analysis, unsigned capability) {
    std::ostringstream out;
    why_text(analysis, capability, {}, out);
    std::string text = out.str();
    for (std::size_t at = 0; (at = text.find("\n  ", at)) != text.npos;)  // as one line, however it was wrapped
        text.replace(at, text.find_first_not_of(" \n", at) - at, " ");
    return text;
}

TEST(WhyText, UnclassifiedWithAnotherOfItsGroupInTheSetIsAnAlternative) {
    Reason reason;
    reason.capability = cap_dac_override;
    reason.verdict = Verdict::unclassified;
    reason.granted = true;
    reason.count = 1;
    reason.rule = "access-answer";
    reason.any_of = CapabilitySet(1u << cap_dac_override | 1u << cap_dac_read_search);
    Analysis analysis = one_finding(reason);
    analysis.needs = {{.any_of = reason.any_of, .classified = false}};
    analysis.minimal = minimal_set(analysis.needs);
    ASSERT_EQ(analysis.minimal.capabilities.members(), (std::vector<unsigned>{cap_dac_read_search}));
    const std::string text = why(analysis, cap_dac_override);
    EXPECT_NE(text.find("another capability, which is there, does as well"), text.npos) << text;
    EXPECT_EQ(text.find("Not needed"), text.npos) << text;
}

TEST(WhyText, AHeadingOfDenialsIsTrueOfEachOfThem) {
    TraceBuilder trace;
    trace.process(1, 0, "tool");
    trace.check(1, cap_dac_override, false, "openat", {"cap_capable", "generic_permission"}, -ENOENT);  // it failed
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(find_finding(analysis, cap_dac_override)->reasons.at(0).rule, "denied-other-error");
    const std::string text = why(analysis, cap_dac_override);
    EXPECT_EQ(text.find("went on without"), text.npos) << text;
    EXPECT_NE(text.find("\nDenied, but not counted as missing"), text.npos) << text;
}

TEST(WhyText, DenialsOfUnknownOutcomeAreNoProof) {
    TraceBuilder trace;
    trace.process(1, 0, "tool");
    CheckRow row = trace.check(1, cap_dac_override, false, "openat", {"cap_capable", "generic_permission"}, 3);
    ++row.syscall_sequence;  // the recording ends in it
    trace.add(row);
    const Analysis analysis = analyze_bytes(trace.finish());
    const std::string text = why(analysis, cap_dac_override);
    EXPECT_NE(text.find("\nDenied, but not counted as missing"), text.npos) << text;
    EXPECT_NE(text.find("\nDenied, and the recording does not tell what came of it"), text.npos) << text;
    EXPECT_EQ(text.find("Not needed"), text.npos) << text;
}

}  // namespace
}  // namespace caprec
