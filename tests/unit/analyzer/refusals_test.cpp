// SPDX-License-Identifier: Apache-2.0
//
// Calls that were refused though no capability was denied in them.
#include "analyzer/follow/refusals.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <sstream>

#include "analyzer/emit/pieces/refusal_text.h"
#include "schema/capability_numbers.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr unsigned unlink_call = 87, stat_call = 4, rmdir_call = 84;

RefusalRow refusal(TraceBuilder& trace, unsigned syscall, std::string_view path, std::uint64_t key) {
    RefusalRow row;
    row.thread = 1;
    row.syscall_sequence = 10 + key;
    row.abi = 1;
    row.syscall = syscall;
    row.error = EPERM;
    row.credential = trace.credential(0, CapabilitySet(0xff));
    row.object = trace.object(path);
    row.key = key;
    row.times = 1;
    return row;
}

RefusalRow last(RefusalRow row, std::uint64_t times) {
    row.flags |= refusal_last;
    row.times = times;
    return row;
}

TEST(Refusals, AreListedWithHowMany) {
    TraceBuilder trace;
    trace.process(1, 0, "rm");
    trace.exec(1, "/bin/rm", {"rm"});
    const RefusalRow one = refusal(trace, unlink_call, "f", 1), other = refusal(trace, rmdir_call, "d", 2);
    trace.add(one);
    trace.add(other);
    trace.add(refusal(trace, stat_call, "/usr/bin/x", 3));
    trace.exit(1, 0);
    trace.add(last(one, 7));
    trace.add(last(refusal(trace, stat_call, "/usr/bin/x", 3), 900));
    const Bytes bytes = trace.finish();
    for (const Bytes& each : {bytes, merge_traces({&bytes, 1})}) {
        const OtherRefusals others = analyze_bytes(each).others;
        ASSERT_EQ(others.calls.size(), 3u);
        EXPECT_EQ(others.calls[0].syscall, "unlink");
        EXPECT_EQ(others.calls[0].count, 7u);
        EXPECT_EQ(others.calls[0].object, "f");
        EXPECT_EQ(others.calls[0].image, "/bin/rm");
        EXPECT_EQ(others.calls[0].error, EPERM);
        EXPECT_NE(others.calls[0].why.find("immutable"), std::string::npos);
        EXPECT_EQ(others.calls[1].syscall, "rmdir");
        EXPECT_EQ(others.calls[2].syscall, "stat") << "look-ups come last, however many there are";
        EXPECT_TRUE(others.calls[2].look_up);
    }
}

// Execve takes all capabilities that the file has as effective.
TEST(Refusals, OfAFileWithCapabilitiesNameWhatIsMissing) {
    constexpr unsigned execve_call = 59;
    const auto changed = [](void (*change)(RefusalRow&)) {
        TraceBuilder trace;
        trace.process(1, 0, "sh");
        trace.exec(1, "/bin/sh", {"sh"});
        RefusalRow row = refusal(trace, execve_call, "./ping", 1);
        row.file_state = file_capabilities_known | file_effective;
        row.file_permitted = CapabilitySet::of({cap_chown, cap_net_raw}).bits();
        Credential credential;
        credential.effective = credential.permitted = credential.bounding = CapabilitySet(0xff);
        row.credential = trace.writer().define(credential);
        change(row);
        trace.add(row);
        trace.exit(1, 256);
        return trace.finish();
    };
    const Bytes bytes = changed([](RefusalRow&) {});
    for (const Bytes& each : {bytes, merge_traces({&bytes, 1})}) {
        const Analysis analysis = analyze_bytes(each);
        EXPECT_TRUE(analysis.others.calls.empty()) << "it is told once";
        ASSERT_EQ(analysis.needs.size(), 1u);
        EXPECT_TRUE(analysis.needs[0].missing);
        EXPECT_EQ(analysis.needs[0].any_of, CapabilitySet::of({cap_net_raw})) << "0xff holds the other one";
        ASSERT_EQ(analysis.failures.reasons.size(), 1u);
        EXPECT_EQ(analysis.failures.reasons[0].rule, "denied-file-capabilities");
        EXPECT_EQ(analysis.failures.reasons[0].object, "./ping");
        EXPECT_EQ(analysis.failures.reasons[0].error, EPERM);
    }
    void (*const others[])(RefusalRow&) = {
        [](RefusalRow& row) { row.file_state = file_capabilities_known; },
        [](RefusalRow& row) { row.file_state = 0; },
        [](RefusalRow& row) { row.file_permitted = 1u << cap_chown; },
        [](RefusalRow& row) { row.file_root_id = 100000; },
        [](RefusalRow& row) { row.error = EACCES; },
    };
    for (const auto& change : others) {
        const Analysis analysis = analyze_bytes(changed(change));
        EXPECT_TRUE(analysis.needs.empty());
        EXPECT_EQ(analysis.others.calls.size(), 1u);
    }
}

TEST(Refusals, AreNotToldTwiceWhereACheckExplainsThem) {
    for (const bool explains : {true, false}) {
        TraceBuilder trace;
        trace.process(1, 0, "rm");
        CheckRow check = explains ? trace.check(1, 1, true, "unlink", {"cap_capable", "generic_permission"}, -EPERM)
                                  : trace.check(1, 21, true, "unlink", {"cap_capable", "__vm_enough_memory"}, -EPERM);
        check.syscall_sequence += 1000;
        trace.add(check);
        RefusalRow row = refusal(trace, unlink_call, "f", 1);
        row.syscall_sequence = check.syscall_sequence;
        row.flags = refusal_checked;
        trace.add(row);
        trace.returns(check, -EPERM);
        const Analysis analysis = analyze_bytes(trace.finish());
        EXPECT_EQ(analysis.others.calls.size(), explains ? 0u : 1u);
    }
}

// What they lack is told elsewhere when it is known (Capset): the rest is here.
TEST(Refusals, OfCapsetAndOfTheAmbientSetHaveWordsOfTheirOwn) {
    TraceBuilder trace;
    trace.process(1, 0, "capsh");
    RefusalRow capset = refusal(trace, 126, "", 1), ambient = refusal(trace, 157, "", 2);
    const auto command = [&](char word) {
        return trace.writer().define(Object{ObjectKind::command, std::string{word, '\0', '\0', '\0'}, false});
    };
    capset.object = {};
    ambient.object = command(47);
    trace.add(capset);
    trace.add(ambient);
    const OtherRefusals others = analyze_bytes(trace.finish()).others;
    ASSERT_EQ(others.calls.size(), 2u);
    EXPECT_FALSE(others.calls[0].why.empty());
    EXPECT_FALSE(others.calls[1].why.empty());

    TraceBuilder other;
    other.process(1, 0, "capsh");
    RefusalRow row = refusal(other, 157, "", 3);
    row.object = other.writer().define(Object{ObjectKind::command, std::string{24, '\0', '\0', '\0'}, false});
    other.add(row);
    const OtherRefusals dropped = analyze_bytes(other.finish()).others;
    ASSERT_EQ(dropped.calls.size(), 1u) << "PR_CAPBSET_DROP";
    EXPECT_TRUE(dropped.calls[0].why.empty());
}

TEST(Refusals, ThatWaitAtTheEndAreTold) {
    TraceBuilder trace;
    trace.process(1, 0, "rm");
    RefusalRow row = refusal(trace, unlink_call, "f", 1);
    row.flags = refusal_checked;
    trace.add(row);
    EXPECT_EQ(analyze_bytes(trace.finish()).others.calls.size(), 1u);
}

TEST(Refusals, AreBounded) {
    TraceBuilder trace;
    trace.process(1, 0, "rm");
    for (std::uint64_t key = 1; key <= Refusals::max_kinds + 10; ++key)
        trace.add(refusal(trace, unlink_call, "f" + std::to_string(key), key));
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.others.calls.size(), Refusals::max_listed);
    EXPECT_EQ(analysis.others.more, Refusals::max_kinds - Refusals::max_listed);
    EXPECT_TRUE(analysis.completeness.limits_reached);
}

TEST(Refusals, TextSaysWhatIsKnown) {
    OtherRefusal call;
    call.syscall = "mkdir";
    call.error = EPERM;
    EXPECT_EQ(cause_text(call), "may be a security module, a mount option, or a rule of what was called");
    call.filtered = true;
    EXPECT_EQ(cause_text(call), "a seccomp filter is on, which may have answered");
    call.why = "an immutable file";
    call.no_new_privs = true;
    EXPECT_EQ(cause_text(call),
              "a seccomp filter is on, which may have answered; or an immutable file; no_new_privs is set");
    call.object = "\x1b[31m";
    std::ostringstream out;
    write_refusals({{call, call}, 3, 0}, 1, {}, out);
    EXPECT_EQ(out.str().find('\x1b'), std::string::npos);
    EXPECT_NE(out.str().find("not a matter of capabilities"), std::string::npos);
    EXPECT_NE(out.str().find("and 4 more kinds"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace caprec
