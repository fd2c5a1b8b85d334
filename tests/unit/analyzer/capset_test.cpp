// SPDX-License-Identifier: Apache-2.0
//
// Capabilities that a capset asked for belong to the set, unless the program had read its own sets.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "schema/capability_numbers.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr CapabilitySet all_sixteen = CapabilitySet(0xffff),
                        kept = CapabilitySet::of({cap_net_bind_service, cap_net_broadcast});

class CapsetRun {
public:
    explicit CapsetRun(std::initializer_list<std::string_view> arguments = {"bird"}, CapabilitySet held = all_sixteen,
                       unsigned run = 1)
        : trace(header_of_run(run)), held_(held) {
        trace.process(1, 0, "bird");
        trace.exec(1, "/usr/sbin/bird", arguments);
    }

    void capget(bool with_data) {
        CapabilityRequestRow row = request("capget", 0);
        row.flags = with_data ? std::uint64_t{request_has_data} : 0;
        trace.add(row);
    }

    void capset(CapabilitySet permitted, CapabilitySet inheritable = {}, int error = 0,
                std::uint64_t flags = request_has_data) {
        CapabilityRequestRow row = request("capset", -error);
        row.permitted = permitted.bits();
        row.inheritable = inheritable.bits();
        row.flags = flags;
        trace.add(row);
        Credential before;
        before.permitted = before.effective = held_;
        before.bounding = all_sixteen;
        Credential after = before;
        if (error == 0) {
            after.permitted = after.effective = held_ = permitted;
            after.inheritable = inheritable;
        }
        CredentialChangeRow change;
        change.thread = 1;
        change.abi = 1;
        change.syscall = row.syscall;
        change.syscall_sequence = row.syscall_sequence;
        change.before = trace.writer().define(before);
        change.after = trace.writer().define(after);
        trace.add(change);
    }

    // A capset as libcap makes it: only the effective set changes.
    void capset_in_effect(CapabilitySet effective, bool asked = true, std::uint64_t target = 0) {
        CapabilityRequestRow row = request("capset", -EPERM);
        row.effective = effective.bits();
        row.permitted = held_.bits();
        row.target = target;
        row.flags = request_has_data;
        if (asked) {
            CheckRow check = trace.check(1, cap_setpcap, true, "capset", {"cap_capable", "cap_capset"}, -EPERM);
            check.syscall_sequence = row.syscall_sequence += 1000;
            trace.add(check);
        }
        refused(row, ObjectId());
    }

    void raise(unsigned capability, CapabilitySet inheritable = {}) {
        CapabilityRequestRow row = request("prctl", -EPERM);
        row.permitted = row.inheritable = CapabilitySet::of({capability}).bits();
        row.flags = request_has_data;
        refused(row, trace.writer().define(Object{ObjectKind::command, std::string{47, '\0', '\0', '\0'}, false}),
                inheritable);
    }

    Analysis end(std::int32_t status = 0) {
        const Bytes bytes = end_with(status);
        const Analysis alone = analyze_bytes(bytes), again = analyze_bytes(merge_traces(std::vector<Bytes>{bytes}));
        EXPECT_EQ(again.needs, alone.needs);
        EXPECT_EQ(again.lookers, alone.lookers);
        EXPECT_EQ(again.kept.size(), alone.kept.size());
        return alone;
    }

    Bytes end_with(std::int32_t status) {
        trace.exit(1, static_cast<std::uint64_t>(status) << 8);
        RunFooter footer;
        footer.target = {TargetStatus::Kind::exited, status};
        return trace.finish(footer);
    }

    TraceBuilder trace;

private:
    void refused(const CapabilityRequestRow& row, ObjectId object, CapabilitySet inheritable = {}) {
        trace.add(row);
        Credential before;
        before.permitted = before.effective = held_;
        before.inheritable = inheritable;
        before.bounding = all_sixteen;
        CredentialChangeRow change;
        change.thread = 1;
        change.abi = 1;
        change.syscall = row.syscall;
        change.syscall_sequence = row.syscall_sequence;
        change.before = change.after = trace.writer().define(before);
        trace.add(change);
        RefusalRow refusal;
        refusal.thread = 1;
        refusal.abi = 1;
        refusal.syscall = row.syscall;
        refusal.syscall_sequence = row.syscall_sequence;
        refusal.error = EPERM;
        refusal.credential = change.before;
        refusal.object = object;
        refusal.key = row.syscall_sequence;
        refusal.times = 1;
        trace.add(refusal);
    }

    CapabilityRequestRow request(std::string_view call, std::int64_t value) {
        CapabilityRequestRow row;
        row.thread = 1;
        row.abi = 1;
        row.syscall = *syscall_number(Abi::x86_64, call);
        row.syscall_sequence = ++calls_;
        row.value = static_cast<std::uint64_t>(value);
        return row;
    }

    CapabilitySet held_;
    std::uint64_t calls_ = 0;
};

TEST(Capset, WhatItAskedForBelongsToTheSet) {
    CapsetRun bird;
    bird.capget(false);
    bird.capset(kept);
    const Analysis analysis = bird.end();
    EXPECT_EQ(analysis.minimal.capabilities, kept);
    EXPECT_TRUE(analysis.minimal.unclassified.empty());
    EXPECT_EQ(analysis.capabilities.at(0).reasons.at(0).rule, "kept-by-capset");
    EXPECT_TRUE(analysis.kept.empty());
    EXPECT_TRUE(analysis.lookers.empty());
}

TEST(Capset, UnlessTheProgramHadLookedWhatThereIs) {
    CapsetRun named;
    named.capget(true);
    named.capset(kept);
    const Analysis analysis = named.end();
    EXPECT_TRUE(analysis.minimal.capabilities.empty());
    ASSERT_EQ(analysis.kept.size(), 1u);
    EXPECT_EQ(analysis.kept[0].capabilities, kept);
    EXPECT_TRUE(analysis.lookers.empty());
}

TEST(Capset, AndWasNotToldWhatToKeep) {
    CapsetRun capsh({"capsh", "--caps=CAP_NET_BIND_SERVICE=ep"});
    capsh.capget(true);
    capsh.capset(kept);
    EXPECT_EQ(capsh.end().minimal.capabilities, CapabilitySet::of({cap_net_bind_service}));
}

TEST(Capset, WhatAnotherProgramReadSaysNothing) {
    CapsetRun bird;
    bird.capget(true);
    bird.trace.exec(1, "/usr/sbin/other", {"other"});
    bird.capset(kept);
    const Analysis analysis = bird.end();
    EXPECT_EQ(analysis.minimal.capabilities, kept);
    EXPECT_EQ(analysis.lookers, std::vector<std::string>{"/usr/sbin/bird"});
}

TEST(Capset, WhatCouldNotBeReadIsANote) {
    CapsetRun bird;
    bird.capset(kept, {}, 0, request_has_data | request_withheld);
    const Analysis analysis = bird.end();
    EXPECT_TRUE(analysis.minimal.capabilities.empty());
    EXPECT_EQ(analysis.kept.size(), 1u);
}

TEST(Capset, ARefusedOneNamesWhatWasMissing) {
    CapsetRun bird({"bird"}, CapabilitySet::of({cap_net_bind_service}));
    bird.capset(kept, {}, EPERM);
    const Analysis analysis = bird.end(1);
    EXPECT_TRUE(analysis.minimal.capabilities.empty());
    ASSERT_EQ(analysis.failures.reasons.size(), 1u);
    EXPECT_EQ(analysis.failures.reasons[0].rule, "denied-capset-permitted");
    EXPECT_EQ(analysis.failures.reasons[0].any_of, CapabilitySet::of({cap_net_broadcast}));
    EXPECT_EQ(analysis.failures.reasons[0].error, EPERM);
}

// One run had all of it, another one was refused a part; how that one ended says whether the part is needed.
TEST(Capset, UnlessItWasSeenToGoOnWithout) {
    for (const std::int32_t status : {0, 1}) {
        CapsetRun full({"bird"}, all_sixteen, 1), less({"bird"}, CapabilitySet::of({cap_net_bind_service}), 2);
        full.capset(kept);
        less.capset(kept, {}, EPERM);
        const Bytes whole = full.end_with(0), refused = less.end_with(status);
        const Bytes both = merge_traces(std::vector<Bytes>{whole, refused});
        const CapabilitySet needed = status == 0 ? CapabilitySet::of({cap_net_bind_service}) : kept;
        EXPECT_EQ(analyze_bytes(both).minimal.capabilities, needed) << status;
        EXPECT_EQ(merge_traces(std::vector<Bytes>{both}), both);
        EXPECT_EQ(merge_traces(std::vector<Bytes>{refused, both}), both);
        EXPECT_EQ(analyze_bytes(refused).failures.reasons.empty(), status == 0);
    }
}

// In one run it was given up before, which proves nothing; a run that never had it, and went on without, does.
TEST(Capset, UnlessARunThatNeverHadItWentOnWithout) {
    CapsetRun full({"bird"}, all_sixteen, 1), less({"bird"}, all_sixteen, 2);
    full.capset(kept);
    full.capset(CapabilitySet::of({cap_net_bind_service}));
    full.capset(kept, {}, EPERM);
    const Bytes whole = full.end_with(0);
    EXPECT_EQ(analyze_bytes(whole).minimal.capabilities, kept) << "it had it first";
    EXPECT_EQ(analyze_bytes(merge_traces(std::vector<Bytes>{whole})).minimal.capabilities, kept);
    less.capset(CapabilitySet::of({cap_net_bind_service}));
    less.capset(kept, {}, EPERM);
    const Bytes both = merge_traces(std::vector<Bytes>{whole, less.end_with(0)});
    EXPECT_EQ(analyze_bytes(both).minimal.capabilities, CapabilitySet::of({cap_net_bind_service}));
    EXPECT_EQ(merge_traces(std::vector<Bytes>{both}), both);
}

// The same in one recording: it asked for less once it had been refused.
TEST(Capset, WithLessAfterARefusal) {
    CapsetRun retry({"bird"}, CapabilitySet::of({cap_net_bind_service}));
    retry.capset(kept, {}, EPERM);
    retry.capset(CapabilitySet::of({cap_net_bind_service}));
    const Analysis analysis = analyze_bytes(retry.end_with(0));
    EXPECT_EQ(analysis.minimal.capabilities, CapabilitySet::of({cap_net_bind_service}));
    EXPECT_TRUE(analysis.failures.reasons.empty());
}

// Whoever chose the set for the programs in a namespace has to give the capabilities that capset asks for there.
TEST(Capset, InANamespaceOfItsOwnIsAboutThatSet) {
    constexpr CapabilitySet everything((std::uint64_t{1} << known_capabilities) - 1);
    for (const bool chosen : {true, false}) {
        TraceBuilder trace;
        trace.process(1, 0, "bird");
        Credential before;
        before.user_namespace = trace.user_namespace({200, 1, 1000});
        before.bounding = chosen ? all_sixteen : everything;
        before.permitted = before.effective = all_sixteen;
        Credential after = before;
        after.permitted = after.effective = kept;
        ExecRow exec;
        exec.before = exec.after = trace.writer().define(before);
        trace.exec(1, "/usr/sbin/bird", {"bird"}, exec);
        CapabilityRequestRow row;
        row.thread = row.abi = row.syscall_sequence = 1;
        row.syscall = *syscall_number(Abi::x86_64, "capset");
        row.permitted = kept.bits();
        row.flags = request_has_data;
        trace.add(row);
        CredentialChangeRow change;
        change.thread = change.abi = change.syscall_sequence = 1;
        change.syscall = row.syscall;
        change.before = exec.before;
        change.after = trace.writer().define(after);
        trace.add(change);
        const Bytes run = trace.finish();
        for (const Bytes& bytes : {run, merge_traces(std::vector<Bytes>{run})}) {
            const Analysis analysis = analyze_bytes(bytes);
            EXPECT_TRUE(analysis.minimal.capabilities.empty()) << "nothing of the host";
            EXPECT_EQ(analysis.inside.minimal.capabilities, chosen ? kept : CapabilitySet());
            EXPECT_EQ(analysis.inside.by_choice(), chosen);
        }
    }
}

TEST(Capset, ToInheritHoldingItOrSetpcapWouldDo) {
    CapsetRun capsh({"capsh"}, {});
    capsh.capset({}, CapabilitySet::of({cap_chown}), EPERM);
    const Analysis analysis = capsh.end(1);
    ASSERT_EQ(analysis.failures.reasons.size(), 1u);
    EXPECT_EQ(analysis.failures.reasons[0].rule, "denied-capset-inheritable");
    EXPECT_EQ(analysis.failures.reasons[0].any_of, CapabilitySet::of({cap_chown, cap_setpcap}));
}

void expect_missing(CapsetRun& program, CapabilitySet missing) {
    const Analysis analysis = program.end(1);
    CapabilitySet named;
    for (const Reason& reason : analysis.failures.reasons)
        named.insert(reason.capability);
    EXPECT_EQ(named, missing);
    EXPECT_EQ(analysis.others.calls.size(), missing.empty() ? 1u : 0u) << "told once";
}

TEST(Capset, InEffectOnlyNamesWhatIsNotPermitted) {
    CapsetRun setcap({"setcap"}, CapabilitySet::of({cap_chown}));
    setcap.capget(true);
    setcap.capset_in_effect(CapabilitySet::of({cap_chown, cap_net_bind_service}));
    expect_missing(setcap, CapabilitySet::of({cap_net_bind_service}));
}

TEST(Capset, InEffectOnlyWithoutALookFailsForEverybody) {
    CapsetRun own({"own"}, {});
    own.capset_in_effect(CapabilitySet::of({cap_net_bind_service}));
    expect_missing(own, {});
}

TEST(Capset, OfAnotherThreadIsNoMatterOfCapabilities) {
    CapsetRun own({"own"}, {});
    own.capget(true);
    own.capset_in_effect(CapabilitySet::of({cap_net_bind_service}), false, 4711);
    expect_missing(own, {});
    CapsetRun itself({"own"}, {});
    itself.capget(true);
    itself.capset_in_effect(CapabilitySet::of({cap_net_bind_service}), true, 4711);  // its number in a namespace
    expect_missing(itself, CapabilitySet::of({cap_net_bind_service}));
}

TEST(Capset, AddingToTheAmbientSetTakesHoldingIt) {
    CapsetRun capsh({"capsh"}, CapabilitySet::of({cap_chown}));
    capsh.raise(cap_net_bind_service);
    expect_missing(capsh, CapabilitySet::of({cap_net_bind_service}));
    CapsetRun root({"capsh"});
    root.raise(cap_net_bind_service);  // it is not inheritable, which the program can change itself
    expect_missing(root, {});
}

TEST(Capset, WhatItGaveUpBeforeIsNotMissing) {
    CapsetRun daemon;
    daemon.capget(true);
    daemon.capset(CapabilitySet::of({cap_net_bind_service}));
    daemon.capset(kept, {}, EPERM);
    const Analysis analysis = daemon.end();
    EXPECT_TRUE(analysis.failures.reasons.empty());
    ASSERT_EQ(analysis.given_up.reasons.size(), 1u);
    EXPECT_EQ(analysis.given_up.reasons[0].rule, "denied-capset-after-drop");
}

TEST(Capset, WhoLooksOnlyIsMentioned) {
    CapsetRun test;
    test.capget(true);
    EXPECT_EQ(test.end().lookers, std::vector<std::string>{"/usr/sbin/bird"});
}

TEST(Capset, AskingForTheVersionIsNoLook) {
    CapsetRun test;
    test.capget(false);
    EXPECT_TRUE(test.end().lookers.empty());
}

}  // namespace
}  // namespace caprec
