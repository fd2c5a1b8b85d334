// SPDX-License-Identifier: Apache-2.0
//
// Places of the kernel where a refusal is no error, or not always one, and has an effect all the same.
#include <gtest/gtest.h>

#include <ostream>
#include <string_view>

#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

struct QuietSite {
    const char* name;
    unsigned capability;
    std::string_view syscall, site, within;
    Verdict granted, denied;
};

void PrintTo(const QuietSite& site, std::ostream* out) { *out << site.name; }

Verdict verdict_of(const QuietSite& site, bool granted) {
    TraceBuilder trace;
    trace.process(1, 0, "command");
    CheckRow row;
    row.thread = 1;
    row.capability = site.capability;
    row.result = granted ? 0 : static_cast<std::uint64_t>(-1);
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.target_namespace = NamespaceId(1);
    row.credential = trace.credential(1000, CapabilitySet(granted ? std::uint64_t{1} << site.capability : 0));
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = syscall_number(Abi::x86_64, site.syscall).value();
    row.syscall_sequence = 7;
    row.stack = trace.stack({"cap_capable", site.site, site.within});
    trace.add(row);
    trace.returns(row, 0);
    return analyze_bytes(trace.finish()).capabilities.at(0).verdict;
}

constexpr QuietSite sites[] = {
    {"helperThatIsCalled", cap_perfmon, "bpf", "bpf_base_func_proto", "check_helper_call", Verdict::alternative,
     Verdict::not_needed},
    {"helperThatIsNamed", cap_perfmon, "bpf", "bpf_base_func_proto", "check_cfg", Verdict::not_needed,
     Verdict::not_needed},
    {"dataOfThePacket", cap_bpf, "bpf", "cg_skb_is_valid_access", "check_mem_access", Verdict::alternative,
     Verdict::not_needed},
};

class QuietRefusal : public testing::TestWithParam<QuietSite> {};

TEST_P(QuietRefusal, IsNotTakenForNothing) {
    EXPECT_EQ(verdict_of(GetParam(), true), GetParam().granted);
    EXPECT_EQ(verdict_of(GetParam(), false), GetParam().denied);
}

INSTANTIATE_TEST_SUITE_P(Sites, QuietRefusal, testing::ValuesIn(sites),
                         [](const testing::TestParamInfo<QuietSite>& site) { return std::string(site.param.name); });

}  // namespace
}  // namespace caprec
