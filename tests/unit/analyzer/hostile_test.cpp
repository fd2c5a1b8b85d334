// SPDX-License-Identifier: Apache-2.0
//
// Rows that no recorder writes: every field drawn from the numbers that break programs.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

class HostileNumbers {
public:
    explicit HostileNumbers(unsigned seed) : random_(seed) {}

    std::uint64_t next() {
        constexpr std::uint64_t top = std::uint64_t{1} << 63;
        constexpr std::uint64_t odd[] = {0,    1,     2,          3,
                                         4,    5,     9,          23,
                                         63,   64,    255,        0x7fffffff,
                                         top,  ~top,  top + 1,    ~std::uint64_t{0},
                                         4095, 65536, 0x80000000, ~std::uint64_t{0} - 4095};
        return random_() % 4 == 0 ? random_() % 40 : odd[random_() % std::size(odd)];
    }

private:
    std::mt19937_64 random_;
};

CheckRow any_check(HostileNumbers& n) {
    CheckRow row;
    row.time = n.next();
    row.thread = n.next();
    row.capability = n.next();
    row.result = n.next();
    row.options = n.next();
    row.context = n.next();
    row.flags = n.next();
    row.target_namespace = NamespaceId(n.next());
    row.credential = CredentialId(n.next());
    row.abi = n.next();
    row.syscall = n.next();
    row.args = {n.next(), n.next(), n.next(), n.next(), n.next(), n.next()};
    row.syscall_sequence = n.next();
    row.stack = StackId(n.next());
    row.object = ObjectId(n.next());
    row.key = n.next();
    return row;
}

void add_any(TraceBuilder& trace, HostileNumbers& n) {
    switch (n.next() % 7) {
        case 0:
        case 1: trace.add(any_check(n)); break;
        case 2: {
            OutcomeRow row;
            row.thread = n.next();
            row.syscall_sequence = n.next();
            row.abi = n.next();
            row.syscall = n.next();
            row.value = n.next();
            trace.add(row);
            break;
        }
        case 3: {
            TaskRow row;
            row.time = n.next();
            row.creator = n.next();
            row.thread = n.next();
            row.process = n.next();
            row.kind = n.next();
            row.comm = StringId(n.next());
            row.recorder_tgid = n.next();
            row.credential = CredentialId(n.next());
            trace.add(row);
            break;
        }
        case 4: {
            ExecRow row;
            row.time = n.next();
            row.thread = n.next();
            row.process = n.next();
            row.path = StringId(n.next());
            row.given = StringId(n.next());
            row.arguments = StringId(n.next());
            row.arguments_length = n.next();
            row.after = CredentialId(n.next());
            trace.add(row);
            break;
        }
        case 5: {
            ExitRow row;
            row.time = n.next();
            row.thread = n.next();
            row.process = n.next();
            row.status = n.next();
            row.last = n.next();
            trace.add(row);
            break;
        }
        case 6: {
            RenameRow row;
            row.thread = n.next();
            row.comm = StringId(n.next());
            trace.add(row);
            CredentialChangeRow change;
            change.thread = n.next();
            change.after = CredentialId(n.next());
            trace.add(change);
            break;
        }
    }
}

class Hostile : public testing::TestWithParam<unsigned> {};

TEST_P(Hostile, RowsAreCountedAndNothingBreaks) {
    HostileNumbers numbers(GetParam());
    TraceBuilder trace;
    trace.stack({"cap_capable", "security_vm_enough_memory_mm", ""});
    trace.stack({"bpf_prog_1", "", "capable"});
    trace.credential(0, CapabilitySet::all());
    trace.object(std::string("\x1b[31m\0\xff", 7));
    KernelStack broken;
    broken.frames = {0, 1, 0xffffffff};
    trace.writer().define(broken);
    for (int i = 0; i < 5000; ++i)
        add_any(trace, numbers);
    FirstSeenRow row{.check = any_check(numbers), .hits = numbers.next(), .outcomes = {{.value = -1, .hits = 1}}};
    trace.writer().first_seen(std::vector{row});
    RunFooter footer;
    footer.losses.outcomes = 1;
    footer.survivor_count = std::numeric_limits<std::uint64_t>::max();
    const Bytes bytes = trace.finish(footer);

    const Analysis analysis = analyze_bytes(bytes);
    std::uint64_t streamed = 0, summarized = 0;
    for (const SeenCheck& check : checks_of(bytes))
        check.from_summary ? summarized += check.count : streamed += check.count;
    EXPECT_EQ(streamed, analysis.run.checks);
    std::uint64_t counted = 0;
    for (const CapabilityFinding& finding : analysis.capabilities) {
        counted += finding.granted + finding.denied;
        EXPECT_LT(finding.capability, 64u);
    }
    EXPECT_EQ(counted, streamed + summarized);
    for (const Process& process : analysis.processes)
        EXPECT_TRUE(process.parent < process.id);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Hostile, testing::Range(1u, 9u));

}  // namespace
}  // namespace caprec
