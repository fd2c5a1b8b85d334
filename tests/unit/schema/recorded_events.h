// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schema/trace_reader.h"
#include "tests/support/memory_stream.h"

namespace caprec {

using AnyRow = std::variant<CheckRow, OutcomeRow, CredentialChangeRow, TaskRow, ExecRow, ExitRow, RenameRow, MappingRow,
                            ComparisonRow, RefusalRow, CapabilityRequestRow, PlaceRow>;

// Rows are nothing but 64-bit fields, without padding.
template <class Row> bool same_row(const Row& a, const Row& b) { return std::memcmp(&a, &b, sizeof(Row)) == 0; }

inline bool same(const AnyRow& a, const AnyRow& b) {
    return a.index() == b.index() &&
           std::visit([&b](const auto& row) { return same_row(row, std::get<std::decay_t<decltype(row)>>(b)); }, a);
}

class EventRecorder final : public EventVisitor {
public:
    void on(const CheckRow& row) override { rows.emplace_back(row); }
    void on(const OutcomeRow& row) override { rows.emplace_back(row); }
    void on(const CredentialChangeRow& row) override { rows.emplace_back(row); }
    void on(const TaskRow& row) override { rows.emplace_back(row); }
    void on(const ExecRow& row) override { rows.emplace_back(row); }
    void on(const ExitRow& row) override { rows.emplace_back(row); }
    void on(const RenameRow& row) override { rows.emplace_back(row); }
    void on(const MappingRow& row) override { rows.emplace_back(row); }
    void on(const ComparisonRow& row) override { rows.emplace_back(row); }
    void on(const RefusalRow& row) override { rows.emplace_back(row); }
    void on(const PlaceRow& row) override { rows.emplace_back(row); }
    void on(const CapabilityRequestRow& row) override { rows.emplace_back(row); }

    std::vector<AnyRow> rows;
};

class FirstSeenRecorder final : public FirstSeenVisitor {
public:
    void on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) override {
        rows.push_back({first, hits, {outcomes.begin(), outcomes.end()}});
    }

    void on(const KindCount& count) override { counts.push_back(count); }

    std::vector<FirstSeenRow> rows;
    std::vector<KindCount> counts;
};

// A whole trace, read to its end.
class MergedIgnorer final : public MergedVisitor {
public:
    void on(const RunHeader&) override {}
    void on(const MergedRun&) override {}
    void on(const CheckRow&, const KindRow&, std::span<const RunRange>) override {}
    void on(const KeptEntry&) override {}
    void on(const RefusalEntry&) override {}
    void on(const ProgramEntry&) override {}
    void on(const DropEntry&) override {}
    void on_image(StringId) override {}
    void on_knowledge(std::string_view) override {}
};

struct Reading {
    std::vector<ReadStatus> statuses;  // without the last one
    ReadStatus last = ReadStatus::damaged;
    std::string damage;
    std::vector<AnyRow> events;
    std::vector<FirstSeenRow> first_seen;
    std::vector<KindCount> counts;
    std::optional<RunHeader> header;
    std::optional<RunFooter> footer;
    Losses losses;
    TraceReader::Statistics statistics;
    bool visits_sound = true;
};

inline bool is_last(ReadStatus status) {
    return status == ReadStatus::end || status == ReadStatus::cut || status == ReadStatus::damaged;
}

inline Reading read_all(std::span<const std::byte> bytes, std::size_t piece = ~std::size_t{0}) {
    MemorySource source(bytes, piece);
    TraceReader reader(source);
    Reading reading;
    EventRecorder events;
    FirstSeenRecorder first_seen;
    MergedIgnorer merged;
    for (ReadStatus status = reader.next(); !is_last(reading.last = status); status = reader.next()) {
        reading.statuses.push_back(status);
        if (status == ReadStatus::header)
            reading.header = reader.header();
        if (status == ReadStatus::events)
            reading.visits_sound &= reader.visit_events(events);
        if (status == ReadStatus::summary)
            reading.visits_sound &= reader.visit_first_seen(first_seen) || reader.visit_merged(merged);
    }
    reading.damage = reader.damage();
    reading.events = std::move(events.rows);
    reading.first_seen = std::move(first_seen.rows);
    reading.counts = std::move(first_seen.counts);
    reading.footer = reader.footer();
    reading.losses = reader.losses();
    reading.statistics = reader.statistics();
    return reading;
}

}  // namespace caprec
