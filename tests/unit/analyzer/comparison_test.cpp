// SPDX-License-Identifier: Apache-2.0
//
// The needs of a process with less where the kernel compares capability sets without a check.
#include <gtest/gtest.h>

#include <cerrno>

#include "analyzer/analysis/minimal_set.h"
#include "schema/capability_numbers.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr std::uint64_t known_bits = 0x1ffffffffff;

struct Compared {
    const char* what;
    ComparisonKind kind = ComparisonKind::file;
    Credential calling, target;
    void (*change)(ComparisonRow& row) = [](ComparisonRow&) {};
    CapabilitySet needed;  // any one of these would do; empty: nothing is needed
    bool certain = true;
    const char* entry = "exe";
};

Credential holder(std::uint32_t id, std::uint64_t capabilities) {
    Credential credential;
    credential.uid = credential.euid = credential.suid = credential.fsuid = id;
    credential.gid = credential.egid = credential.sgid = credential.fsgid = id;
    credential.effective = credential.permitted = credential.bounding = CapabilitySet(capabilities);
    return credential;
}

Credential with(Credential credential, void (*change)(Credential&)) {
    change(credential);
    return credential;
}

const Credential root = holder(0, known_bits);
const CapabilitySet ptrace_alone = CapabilitySet::of({cap_sys_ptrace}), nice_alone = CapabilitySet::of({cap_sys_nice});

const Compared cases[] = {
    {"RootWithRoot", ComparisonKind::file, root, root, [](ComparisonRow&) {}, ptrace_alone},
    {"RootAttachesToRoot", ComparisonKind::real, root, root, [](ComparisonRow&) {}, ptrace_alone},
    {"RootRenicesRoot", ComparisonKind::nice, root, root, [](ComparisonRow&) {}, nice_alone},
    {"OfNoComparison", ComparisonKind::none, root, root, [](ComparisonRow&) {}, {}},
    {"OneWithoutCapabilities", ComparisonKind::file, root, holder(0, 0), [](ComparisonRow&) {}, {}},
    {"OneWithASingleCapability", ComparisonKind::file, root, holder(0, 1u << cap_kill), [](ComparisonRow&) {},
     CapabilitySet::of({cap_kill, cap_sys_ptrace})},
    {"OneWithMoreWasAskedFor", ComparisonKind::file, holder(0, 0xff), root, [](ComparisonRow&) {}, {}},
    {"OtherIdsWereAskedFor", ComparisonKind::file, root, holder(7, 0xff), [](ComparisonRow&) {}, {}},
    {"OtherIdsDoNotMatterForNice", ComparisonKind::nice, root, holder(7, known_bits), [](ComparisonRow&) {},
     nice_alone},
    {"FilesGoByTheEffectiveSet",
     ComparisonKind::file,
     with(root, [](Credential& c) { c.effective = {}; }),
     root,
     [](ComparisonRow&) {},
     {}},
    {"AttachingGoesByThePermittedSet", ComparisonKind::real, with(root, [](Credential& c) { c.effective = {}; }), root,
     [](ComparisonRow&) {}, ptrace_alone},
    {"FilesGoByTheIdsOfTheFileSystem",
     ComparisonKind::file,
     with(root, [](Credential& c) { c.fsuid = 7; }),
     root,
     [](ComparisonRow&) {},
     {}},
    {"OneOfTheRun", ComparisonKind::file, root, root, [](ComparisonRow& row) { row.target_process = 7; }, {}},
    {"Oneself", ComparisonKind::file, root, root, [](ComparisonRow& row) { row.flags = comparison_own; }, {}},
    {"WhatWasRefused",
     ComparisonKind::file,
     root,
     root,
     [](ComparisonRow& row) { row.value = static_cast<std::uint64_t>(-EACCES); },
     {}},
    {"WhatFailedBehindIt", ComparisonKind::file, root, root,
     [](ComparisonRow& row) { row.value = static_cast<std::uint64_t>(-ENOENT); }, ptrace_alone},
    {"WhatFailedBeforeIt",
     ComparisonKind::real,
     root,
     root,
     [](ComparisonRow& row) { row.value = static_cast<std::uint64_t>(-EINVAL); },
     {}},
    {"APathThatLedToTheWrongKind", ComparisonKind::file, root, root,
     [](ComparisonRow& row) {
         row.value = static_cast<std::uint64_t>(-EINVAL);
         row.flags = comparison_by_name;
     },
     ptrace_alone},
    {"ManyProcesses", ComparisonKind::nice, root, root,
     [](ComparisonRow& row) {
         row.flags = comparison_many;
         row.target_credential = {};
     },
     nice_alone, false},
    {"ALostCredential", ComparisonKind::real, root, root, [](ComparisonRow& row) { row.target_credential = {}; },
     ptrace_alone, false},
    {"AnUnknownKind", ComparisonKind::real, root, root, [](ComparisonRow& row) { row.kind = 77; }, {}},
    {"MemoryMayBeReadToWatch", ComparisonKind::file, root, root, [](ComparisonRow&) {},
     CapabilitySet::of({cap_sys_ptrace, cap_sys_admin, cap_perfmon}), true, "maps"},
};

class Comparisons : public testing::TestWithParam<Compared> {};

Bytes trace_of(const Compared& compared) {
    RunHeader header = plausible_header();
    header.kernel_release = "6.18.1";
    TraceBuilder trace(header);
    trace.process(1, 0, "tool");
    trace.exec(1, "/usr/bin/tool", {"tool"});
    ComparisonRow row;
    row.thread = 1;
    row.syscall_sequence = 5;
    row.abi = 1;
    row.syscall = 89;  // readlink
    row.kind = static_cast<std::uint64_t>(compared.kind);
    row.credential = trace.writer().define(compared.calling);
    row.target_credential = trace.writer().define(compared.target);
    row.entry = trace.string(compared.entry);
    row.object = trace.object("/proc/1/exe");
    compared.change(row);
    trace.add(row);
    trace.exit(1, 0);
    return trace.finish();
}

TEST_P(Comparisons, SayWhatIsNeeded) {
    const Compared& compared = GetParam();
    const Analysis analysis = analyze_bytes(trace_of(compared));
    ASSERT_EQ(analysis.needs.size(), compared.needed.empty() ? 0u : 1u);
    if (compared.needed.empty())
        return;
    EXPECT_EQ(analysis.needs[0].any_of, compared.needed);
    EXPECT_EQ(analysis.needs[0].classified, compared.certain);
    EXPECT_EQ(analysis.needs[0].image, "/usr/bin/tool");
    const unsigned asked = compared.kind == ComparisonKind::nice ? cap_sys_nice : cap_sys_ptrace;
    const CapabilityFinding* finding = find_finding(analysis, asked);
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->granted, 0u) << "nobody asked";
    const bool several = compared.needed.size() > 1;
    EXPECT_EQ(finding->reasons.at(0).rule, several            ? "compared-one-of-several"
                                           : compared.certain ? "compared"
                                                              : "compared-unknown");
    EXPECT_EQ(finding->reasons.at(0).object, "/proc/1/exe");
    EXPECT_EQ(find_process(analysis, 1)->granted, analysis.minimal.capabilities) << "the tree names what the set has";
}

TEST_P(Comparisons, MergedSayTheSame) {
    const Bytes one = trace_of(GetParam()), sum = merge_traces({&one, 1});
    const Analysis alone = analyze_bytes(one), again = analyze_bytes(sum);
    EXPECT_EQ(alone.needs, again.needs);
    EXPECT_EQ(alone.minimal.capabilities, again.minimal.capabilities);
    EXPECT_EQ(alone.minimal.unclassified, again.minimal.unclassified);
    EXPECT_EQ(merge_traces({&sum, 1}), sum);
}

INSTANTIATE_TEST_SUITE_P(Each, Comparisons, testing::ValuesIn(cases),
                         [](const testing::TestParamInfo<Compared>& row) { return row.param.what; });

void PrintTo(const Compared& compared, std::ostream* out) { *out << compared.what; }

// Either all that the other process holds is needed, or one capability for all of it: there is a clause for each.
TEST(ComparisonsWithOneThatHoldsSeveral, AreMetByWhoHoldsThese) {
    const CapabilitySet held = CapabilitySet::of({cap_chown, cap_kill});
    const Bytes trace = trace_of({.what = "", .calling = root, .target = holder(0, held.bits()), .needed = {}});
    const Bytes merged = merge_traces({&trace, 1});
    for (const Bytes& bytes : {trace, merged}) {
        std::vector<Need> needs = analyze_bytes(bytes).needs;
        ASSERT_EQ(needs.size(), 2u);
        EXPECT_EQ(minimal_set(needs).capabilities, ptrace_alone);
        Need other = needs[0];
        other.any_of = CapabilitySet::of({cap_chown});  // then the rest is the lesser risk
        needs.push_back(other);
        EXPECT_EQ(minimal_set(needs).capabilities, held);
    }
}

TEST(ComparisonsWithOneThatHoldsSeveral, AreNotMetWhereItHoldsThatCapability) {
    const CapabilitySet held = CapabilitySet::of({cap_chown, cap_kill, cap_sys_nice});
    const Bytes trace = trace_of(
        {.what = "", .kind = ComparisonKind::nice, .calling = root, .target = holder(0, held.bits()), .needed = {}});
    const std::vector<Need> needs = analyze_bytes(trace).needs;
    ASSERT_EQ(needs.size(), 1u);
    EXPECT_EQ(needs[0].any_of, nice_alone);
}

// The check is for the directory; the record says whose it was, not the path.
TEST(ComparisonsOfFiles, TellWhoseTheyWere) {
    for (const bool own : {true, false}) {
        TraceBuilder trace;
        trace.process(1, 0, "ls");
        CheckRow check =
            trace.check(1, 2, true, "openat", {"cap_capable", "generic_permission", "proc_fd_permission"}, 3);
        check.object = trace.object(own ? "/tmp/link" : "/proc/self/../7/fd");
        check.syscall_sequence += 1000;
        trace.add(check);
        ComparisonRow row;
        row.thread = 1;
        row.syscall_sequence = check.syscall_sequence;
        row.flags = own ? std::uint64_t{comparison_own} : 0;
        trace.add(row);
        trace.returns(check, 3);
        const Bytes bytes = trace.finish();
        const auto said = [](const Analysis& analysis, const char* rule) {
            const CapabilityFinding* finding = find_finding(analysis, 2);
            return finding != nullptr &&
                   std::ranges::any_of(finding->reasons, [&](const Reason& reason) { return reason.rule == rule; });
        };
        for (const Bytes& each : {bytes, merge_traces({&bytes, 1})}) {
            const Analysis analysis = analyze_bytes(each);
            EXPECT_EQ(said(analysis, "own-process"), own);
            EXPECT_EQ(said(analysis, "one-of-several"), !own);
        }
    }
}

TEST(ComparisonsOfPerf, AreNotReachedWhereItWasGranted) {
    TraceBuilder trace;
    trace.process(1, 0, "perf");
    CheckRow check = trace.check(1, cap_perfmon, true, "perf_event_open", {"cap_capable", "perf_check_permission"}, 3);
    check.syscall_sequence += 1000;
    trace.add(check);
    ComparisonRow row;
    row.thread = 1;
    row.abi = check.abi;
    row.syscall = check.syscall;
    row.syscall_sequence = check.syscall_sequence;
    row.kind = static_cast<std::uint64_t>(ComparisonKind::real);
    row.credential = row.target_credential = trace.credential(0, CapabilitySet(known_bits));
    trace.add(row);
    trace.returns(check, 3);
    EXPECT_EQ(find_finding(analyze_bytes(trace.finish()), cap_sys_ptrace), nullptr);
}

TEST(ComparisonsThatWereLost, LeaveTheTraceIncomplete) {
    TraceBuilder trace;
    RunFooter footer;
    footer.losses.comparisons = 2;
    const Analysis analysis = analyze_bytes(trace.finish(footer));
    EXPECT_FALSE(analysis.completeness.complete);
    EXPECT_TRUE(mentions(analysis.completeness.problems, "2 comparisons of capability sets were lost"));
}

// A process of the run held more, and so a check was made: it counts only when the run needs some of that surplus.
struct Within {
    const char* what;
    Credential target;
    bool asks_for_chown = false;
    std::uint64_t process = 7;
    bool needed = false;
};

const Within cases_within[] = {
    {"WhatNobodyNeeds", holder(0, known_bits)},
    {"WhatTheRunNeeds", holder(0, known_bits), true, 7, true},
    {"OfAProcessOutside", holder(0, known_bits), false, 0, true},
    {"OfAnotherUser", holder(7, known_bits), false, 7, true},
};

class ComparedInTheRun : public testing::TestWithParam<Within> {};

TEST_P(ComparedInTheRun, CountsWhatIsInTheSet) {
    const Within& each = GetParam();
    TraceBuilder trace(plausible_header());
    trace.process(1, 0, "tool");
    trace.exec(1, "/usr/bin/tool", {"tool"});
    if (each.asks_for_chown)
        trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    const Credential calling = holder(0, known_bits & ~(1u << cap_chown));
    for (const bool other_target : {false, true}) {  // one group of checks, if it were for all but that
        CheckRow check = trace.check(1, cap_kill, true, "readlink", {"cap_capable", "cap_ptrace_access_check"}, 4);
        check.capability = cap_sys_ptrace;
        check.key += 1000;
        check.syscall_sequence += 1000;
        check.credential = trace.writer().define(calling);
        trace.add(check);
        ComparisonRow row;
        row.thread = 1;
        row.syscall_sequence = check.syscall_sequence;
        row.abi = check.abi;
        row.syscall = check.syscall;
        row.kind = static_cast<std::uint64_t>(ComparisonKind::file);
        row.credential = check.credential;
        row.target_credential = trace.writer().define(other_target ? each.target : holder(0, known_bits));
        row.target_process = other_target ? each.process : 7;
        row.flags = comparison_by_name;
        trace.add(row);
        trace.returns(check, 4);
    }
    const Bytes one = trace.finish();
    for (const Bytes& bytes : {one, merge_traces({&one, 1})}) {
        const Analysis analysis = analyze_bytes(bytes);
        EXPECT_EQ(analysis.minimal.capabilities.contains(cap_sys_ptrace), each.needed);
    }
}

INSTANTIATE_TEST_SUITE_P(Each, ComparedInTheRun, testing::ValuesIn(cases_within),
                         [](const testing::TestParamInfo<Within>& row) { return row.param.what; });

void PrintTo(const Within& each, std::ostream* out) { *out << each.what; }

}  // namespace
}  // namespace caprec
