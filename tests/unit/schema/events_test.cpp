// SPDX-License-Identifier: Apache-2.0
//
// Rows of every kind through a trace and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "schema/trace_reader.h"
#include "schema/trace_writer.h"
#include "tests/support/trace_builder.h"
#include "tests/unit/schema/recorded_events.h"

namespace caprec {
namespace {

template <class Row> AnyRow make_row(std::uint64_t order, const std::function<std::uint64_t()>& value) {
    Row row;
    auto* words = reinterpret_cast<std::uint64_t*>(&row);
    for (std::size_t i = 0; i < sizeof(Row) / sizeof *words; ++i)
        words[i] = value();
    row.order = order;
    return row;
}

AnyRow make_row(std::size_t kind, std::uint64_t order, const std::function<std::uint64_t()>& value) {
    switch (kind) {
        case 0: return make_row<CheckRow>(order, value);
        case 1: return make_row<OutcomeRow>(order, value);
        case 2: return make_row<CredentialChangeRow>(order, value);
        case 3: return make_row<TaskRow>(order, value);
        case 4: return make_row<ExecRow>(order, value);
        case 5: return make_row<ExitRow>(order, value);
        case 6: return make_row<RenameRow>(order, value);
        case 7: return make_row<MappingRow>(order, value);
        case 8: return make_row<ComparisonRow>(order, value);
        case 9: return make_row<RefusalRow>(order, value);
        case 10: return make_row<PlaceRow>(order, value);
        default: return make_row<CapabilityRequestRow>(order, value);
    }
}

constexpr std::size_t kinds = std::variant_size_v<AnyRow>;

Bytes write(const std::vector<AnyRow>& rows) {
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header(plausible_header());
    for (const AnyRow& any : rows)
        std::visit([&](const auto& row) { writer.add(row); }, any);
    writer.footer({});
    EXPECT_EQ(writer.bytes_written(), sink.data.size());
    return sink.data;
}

void expect_round_trip(const std::vector<AnyRow>& rows) {
    const Reading reading = read_all(write(rows));
    ASSERT_EQ(reading.last, ReadStatus::end) << reading.damage;
    EXPECT_TRUE(reading.visits_sound);
    ASSERT_EQ(reading.events.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        ASSERT_TRUE(same(reading.events[i], rows[i])) << "row " << i << " of kind " << rows[i].index();
}

TEST(Events, EveryFieldOfEveryKindHasItsOwnColumn) {
    std::vector<AnyRow> rows;
    std::uint64_t number = 1;
    for (std::size_t kind = 0; kind < kinds; ++kind)
        rows.push_back(make_row(kind, kind + 1, [&] { return number++; }));
    expect_round_trip(rows);
}

TEST(Events, ExtremeValuesAndNegativeDifferences) {
    const std::uint64_t values[] = {0, ~std::uint64_t{0}, 1, std::uint64_t{1} << 63, 0, 5, ~std::uint64_t{0} - 1, 5, 4};
    std::vector<AnyRow> rows;
    std::uint64_t order = 0;
    for (std::size_t kind = 0; kind < kinds; ++kind)
        for (const std::uint64_t value : values)
            rows.push_back(make_row(kind, order++, [&] { return value; }));
    std::visit([](auto& last) { last.order = ~std::uint64_t{0}; }, rows.back());
    expect_round_trip(rows);
}

TEST(Events, ConstantColumnsAndSteadyStepsOverManyChunks) {
    std::vector<AnyRow> rows;
    for (std::uint64_t i = 0; i < 30'000; ++i) {
        CheckRow check;
        check.order = 2 * i + 7;
        check.time = 1'000'000 + i * 350 + (i % 3);
        check.thread = 12;
        check.capability = 23;
        check.result = static_cast<std::uint64_t>(-1);
        check.syscall_sequence = 100 + i;
        rows.emplace_back(check);
        OutcomeRow outcome;
        outcome.order = 2 * i + 8;
        outcome.thread = 12;
        outcome.syscall_sequence = 100 + i;
        outcome.value = static_cast<std::uint64_t>(-13);
        rows.emplace_back(outcome);
    }
    expect_round_trip(rows);
    EXPECT_LE(write(rows).size(), 30'000 * 8);  // 8 bytes for each check with its outcome
}

TEST(Events, TimesThatStandStill) {
    std::vector<AnyRow> rows;
    for (std::uint64_t i = 1; i <= 100; ++i)
        rows.push_back(make_row(i % kinds, i, [] { return 0; }));
    expect_round_trip(rows);
}

TEST(Events, AnyRowsInAnyMixture) {
    for (unsigned seed = 0; seed < 30; ++seed) {
        std::mt19937_64 random(seed);
        // The coding distinguishes small steps, repeats and jumps.
        std::uint64_t last = 0;
        const auto value = [&]() -> std::uint64_t {
            switch (random() % 8) {
                case 0: return last = random();
                case 1: return last = random() % 256;
                case 2: return ++last;
                case 3: return 0;
                default: return last;
            }
        };
        std::vector<AnyRow> rows;
        std::uint64_t order = random() % 1000;
        const std::size_t count = random() % 20'000;
        for (std::size_t i = 0; i < count; ++i) {
            order += 1 + (random() % 10 == 0 ? random() % 100'000 : 0);
            rows.push_back(make_row(random() % kinds, order, value));
        }
        expect_round_trip(rows);
    }
}

TEST(Events, TwoVisitsSeeTheSame) {
    TraceBuilder builder;
    builder.check(1, 0, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    const Bytes bytes = builder.finish();
    MemorySource source(bytes);
    TraceReader reader(source);
    while (reader.next() != ReadStatus::events) {
    }
    EventRecorder first, second;
    EXPECT_TRUE(reader.visit_events(first));
    EXPECT_TRUE(reader.visit_events(second));
    ASSERT_EQ(first.rows.size(), 2u);
    EXPECT_TRUE(std::ranges::equal(first.rows, second.rows, same));
}

TEST(FirstSeen, RowsAndOutcomes) {
    std::mt19937_64 random(1);
    std::vector<FirstSeenRow> rows;
    for (std::size_t i = 0; i < 20'000; ++i) {
        FirstSeenRow row{
            std::get<CheckRow>(make_row(0, 0, [&] { return random() >> random() % 64; })), random() % 9, {}};
        for (std::size_t k = random() % 7; k > 0; --k)
            row.outcomes.push_back({-static_cast<std::int64_t>(random() % 40), random()});
        rows.push_back(row);
    }
    rows[5].outcomes.assign(100'000, {-1, 3});  // absurd, but it must fit into a chunk
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header({});
    writer.first_seen(rows);
    writer.footer({});
    const Reading reading = read_all(sink.data);
    ASSERT_EQ(reading.last, ReadStatus::end) << reading.damage;
    EXPECT_GT(reading.statistics.summary_chunks, 2u);
    ASSERT_EQ(reading.first_seen.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        FirstSeenRow got = reading.first_seen[i];
        got.check.order = rows[i].check.order;  // not kept
        ASSERT_TRUE(same_row(got.check, rows[i].check)) << i;
        EXPECT_EQ(got.hits, rows[i].hits);
        EXPECT_TRUE(std::ranges::equal(got.outcomes, rows[i].outcomes, [](const auto& a, const auto& b) {
            return a.value == b.value && a.hits == b.hits;
        })) << i;
    }
}

TEST(KindCounts, AreReadAsTheyWereWritten) {
    std::mt19937_64 random(2);
    std::vector<KindCount> counts;
    for (std::uint64_t key = 1; key < 70'000; key += 1 + random() % 2)
        counts.push_back({key, random() % 3 == 0 ? KindCount::no_outcome : -static_cast<std::int64_t>(random() % 40),
                          random() >> random() % 64});
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header({});
    writer.kind_counts(counts);
    writer.footer({});
    const Reading reading = read_all(sink.data);
    ASSERT_EQ(reading.last, ReadStatus::end) << reading.damage;
    EXPECT_EQ(reading.statistics.unknown_chunks, 0u);
    EXPECT_EQ(reading.counts, counts);
}

// Five hundred kinds that are met again and again must not fill a disk: 5 MB a day are 3.5 kB a minute.
TEST(KindCounts, OfAMinuteAreSmall) {
    std::mt19937_64 random(3);
    std::vector<KindCount> counts;
    for (std::uint64_t key = 1; key <= 500; ++key)
        counts.push_back({key, 0, 1100 + random() % 200});
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header({});
    writer.flush();
    const std::size_t before = sink.data.size();
    writer.kind_counts(counts);
    EXPECT_LT(sink.data.size() - before, 2000u);
}

}  // namespace
}  // namespace caprec
