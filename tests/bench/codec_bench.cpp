// SPDX-License-Identifier: Apache-2.0
//
// Cost of writing and reading a check with its outcome, in the shape that a loop of one syscall gives them: only
// times, orders and sequence numbers change.  Items are rows.
#include <benchmark/benchmark.h>

#include "tests/support/memory_stream.h"
#include "tests/support/trace_builder.h"

namespace {

using namespace caprec;

constexpr std::uint64_t checks = 1'000'000;

class NullSink final : public ByteSink {
public:
    void write(std::span<const std::byte> bytes) override { written += bytes.size(); }
    std::uint64_t written = 0;
};

void write_loop(TraceWriter& writer) {
    std::uint64_t time = 1'000'000'000'000, order = 0, noise = 1;
    CheckRow check;
    check.thread = 0x10001;
    check.capability = 23;
    check.result = static_cast<std::uint64_t>(-1);
    check.flags = check_real_credential | check_walked;
    check.target_namespace = NamespaceId(1);
    check.credential = CredentialId(1);
    check.abi = 1;
    check.syscall = 141;
    check.args = {0, 0, static_cast<std::uint64_t>(-5), 0x7ffd12345678, 0x55d0c0ffee00, 8};
    check.stack = StackId(1);
    check.object = ObjectId(1);
    check.key = 1;
    OutcomeRow outcome;
    outcome.thread = check.thread;
    outcome.abi = 1;
    outcome.syscall = 141;
    outcome.value = static_cast<std::uint64_t>(-13);
    for (std::uint64_t i = 0; i < checks; ++i) {
        noise = noise * 6364136223846793005u + 1442695040888963407u;
        time += 300 + (noise >> 58);
        check.time = time;
        check.order = ++order;
        check.syscall_sequence = i;
        writer.add(check);
        outcome.order = ++order;
        outcome.syscall_sequence = i;
        writer.add(outcome);
    }
    writer.footer({});
}

void write(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        NullSink sink;
        TraceWriter writer(sink);
        writer.header(plausible_header());
        write_loop(writer);
        state.counters["bytes/check"] = static_cast<double>(sink.written) / checks;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * checks * 2));
}
BENCHMARK(write)->Unit(benchmark::kMillisecond);

class Summer final : public EventVisitor {
public:
    void on(const CheckRow& row) override { sum += row.time; }
    void on(const OutcomeRow& row) override { sum += row.value; }
    void on(const CredentialChangeRow&) override {}
    void on(const CapabilityRequestRow&) override {}
    void on(const TaskRow&) override {}
    void on(const ExecRow&) override {}
    void on(const ExitRow&) override {}
    void on(const RenameRow&) override {}
    void on(const MappingRow&) override {}
    void on(const ComparisonRow&) override {}
    void on(const RefusalRow&) override {}
    void on(const PlaceRow&) override {}
    std::uint64_t sum = 0;
};

void read(benchmark::State& state) {
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header(plausible_header());
    write_loop(writer);
    for ([[maybe_unused]] auto _ : state) {
        MemorySource source(sink.data);
        TraceReader reader(source);
        Summer summer;
        ReadStatus status = reader.next();
        for (; status != ReadStatus::end && status != ReadStatus::cut && status != ReadStatus::damaged;
             status = reader.next())
            if (state.range(0) != 0 && status == ReadStatus::events)
                reader.visit_events(summer);
        if (status != ReadStatus::end)
            state.SkipWithError(reader.damage().c_str());
        benchmark::DoNotOptimize(summer.sum);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * checks * 2));
}
BENCHMARK(read)->ArgName("visit")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
