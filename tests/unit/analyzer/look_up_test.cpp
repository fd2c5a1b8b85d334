// SPDX-License-Identifier: Apache-2.0
//
// Look-ups that were refused in a run that ended well are no failures.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>

#include "analyzer/pipeline/pipeline.h"
#include "schema/capability_numbers.h"
#include "schema/syscalls.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

Bytes run(std::string_view call, std::int32_t status, unsigned number = 1) {
    TraceBuilder trace(header_of_run(number));
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    trace.check(1, cap_dac_override, false, call, {"cap_capable", "generic_permission"}, -EACCES);
    trace.exit(1, static_cast<std::uint64_t>(status) << 8);
    RunFooter footer;
    footer.target = {TargetStatus::Kind::exited, status};
    footer.checks_made = footer.checks_recorded = 1;
    return trace.finish(footer);
}

bool failed(const Bytes& trace) { return !analyze_bytes(trace).failures.reasons.empty(); }

TEST(LookUps, AreNoFailureWhereTheRunEndedWell) {
    EXPECT_FALSE(failed(run("newfstatat", 0)));
    EXPECT_FALSE(failed(run("execve", 0)));
    EXPECT_TRUE(failed(run("newfstatat", 1)));
    EXPECT_TRUE(failed(run("openat", 0)));
    const Analysis analysis = analyze_bytes(run("newfstatat", 0));
    ASSERT_EQ(analysis.tolerated.reasons.size(), 1u);
    EXPECT_EQ(analysis.tolerated.reasons[0].rule, "denied-look-up");
}

// A denied look-up of the first process, a shell; whoever calls this sets the name that it looks for.
CheckRow start_with_look_up(TraceBuilder& trace) {
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    CheckRow check = trace.check(1, 21, true, "mmap", {"cap_capable", "__vm_enough_memory"}, 0);
    check.capability = cap_dac_override;
    check.result = static_cast<std::uint64_t>(-EPERM);
    check.credential = trace.credential(1000, {});
    check.syscall = *syscall_number(Abi::x86_64, "newfstatat");
    check.stack = trace.stack({"cap_capable", "generic_permission"});
    check.key = 4242;
    return check;
}

// A search along PATH: the first place may not be looked into, in the second one the program is.
Bytes search(std::string_view looked_for, std::string_view executed, bool in_child) {
    TraceBuilder trace(header_of_run(1));
    CheckRow check = start_with_look_up(trace);
    check.object = trace.object(looked_for);
    check.syscall_sequence += 1000;
    trace.add(check);
    trace.returns(check, -EACCES);
    if (in_child)
        trace.process(2, 1, "sh");
    trace.exec(in_child ? 2 : 1, executed, {"x"});
    trace.exit(1, 1 << 8);
    RunFooter footer;
    footer.target = {TargetStatus::Kind::exited, 1};
    return trace.finish(footer);
}

std::vector<std::string> failed_objects(const Bytes& trace) {
    std::vector<std::string> objects;
    for (const Reason& reason : analyze_bytes(trace).failures.reasons)
        objects.push_back(reason.object);
    return objects;
}

TEST(LookUps, AreNoFailureWhereTheProgramWasFoundElsewhere) {
    for (const bool in_child : {false, true}) {
        const Bytes found = search("/closed/head", "/usr/bin/head", in_child);
        const Bytes other = search("/closed/head", "/usr/bin/tail", in_child);
        EXPECT_EQ(std::ranges::count(failed_objects(found), "/closed/head"), 0) << in_child;
        EXPECT_EQ(std::ranges::count(failed_objects(other), "/closed/head"), 1) << in_child;
        const Bytes merged = merge_traces(std::vector<Bytes>{found});
        EXPECT_EQ(failed_objects(merged), failed_objects(found));
        EXPECT_EQ(merge_traces(std::vector<Bytes>{merged, found}), merged);
    }
}

// Two look-ups that differ in nothing but the phase: the program that the first one looked for is executed later.
Bytes before_and_after_a_drop() {
    TraceBuilder trace(header_of_run(1));
    CheckRow check = start_with_look_up(trace);
    for (const std::string_view looked_for : {"/closed/head", "/closed/tail"}) {
        check.object = trace.object(looked_for);
        check.syscall_sequence += 1000;
        trace.add(check);
        trace.returns(check, -EACCES);
        if (looked_for.ends_with("head"))
            trace.add(CredentialChangeRow{.thread = 1,
                                          .before = trace.credential(1000, CapabilitySet::of({cap_chown})),
                                          .after = trace.credential(1000, {})});
    }
    trace.process(2, 1, "sh");
    trace.exec(2, "/usr/bin/head", {"x"});
    trace.exit(1, 1 << 8);
    RunFooter footer;
    footer.target = {TargetStatus::Kind::exited, 1};
    return trace.finish(footer);
}

class VerdictsByObject : public CheckReceiver {
public:
    explicit VerdictsByObject(const TraceReader& reader) : reader_(reader) {}
    using CheckReceiver::on;
    void on(const AnnotatedCheck& check) override {
        if (const Object* object = reader_.object(check.row.object))
            verdicts[object->bytes] = check.verdict;
    }
    std::map<std::string, Verdict> verdicts;

private:
    const TraceReader& reader_;
};

TEST(LookUps, OfEachPhaseEndAsTheirsDid) {
    const Bytes trace = before_and_after_a_drop();
    MemorySource once(trace), again(trace);
    TraceReader first(once), second(again);
    const StreamSummary known = read_verdicts(first);
    VerdictsByObject seen(second);
    ReadOptions reading;
    reading.late = &known.late;
    stream_checks(second, seen, reading);
    EXPECT_EQ(seen.verdicts.at("/closed/head"), Verdict::not_needed) << "it was found elsewhere";
    EXPECT_EQ(seen.verdicts.at("/closed/tail"), Verdict::missing) << "it was not";
}

TEST(LookUps, AreJudgedByTheRunsThatMadeThem) {
    const Bytes well = run("newfstatat", 0, 1), badly = run("newfstatat", 1, 2);
    EXPECT_FALSE(failed(merge_traces(std::vector<Bytes>{well})));
    const Bytes both = merge_traces(std::vector<Bytes>{well, badly});
    const Analysis analysis = analyze_bytes(both);
    ASSERT_EQ(analysis.failures.reasons.size(), 1u);
    EXPECT_EQ(analysis.failures.reasons[0].runs, 1u);
    EXPECT_EQ(merge_traces(std::vector<Bytes>{both, badly, well}), both);
}

}  // namespace
}  // namespace caprec
