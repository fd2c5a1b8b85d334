// SPDX-License-Identifier: Apache-2.0
#include "schema/first_seen_codec.h"

#include <vector>

#include "schema/row_codec.h"

namespace caprec {
namespace {

constexpr std::size_t max_rows = 8192, max_outcomes = 49152;  // most in one chunk; together less than 3 MiB

using OutcomeWords = std::array<std::uint64_t, 3>;  // row, value, hits
constexpr Coding row_coding = Coding::difference, value_coding = Coding::difference,
                 hits_coding = Coding::whole_difference;  // this column's length is the count of outcomes

}  // namespace

std::size_t first_seen_rows_for_a_chunk(std::span<const FirstSeenRow> rows) {
    std::size_t count = 0, outcomes = 0;
    while (count < rows.size() && count < max_rows) {
        outcomes += rows[count].outcomes.size();
        if (outcomes > max_outcomes && count > 0)
            break;
        ++count;
    }
    return count;
}

void encode(std::span<const FirstSeenRow> rows, format::FirstSeen::Builder into) {
    RowBuffer<CheckRow> checks;
    ColumnBuffer<1> hits({Coding::difference});
    ColumnBuffer<3> outcomes({row_coding, value_coding, hits_coding});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CheckRow check = rows[i].check;
        check.order = i;
        checks.add(check);
        hits.add(&rows[i].hits);
        for (const FirstSeenOutcome& outcome : rows[i].outcomes) {
            const OutcomeWords words{i, static_cast<std::uint64_t>(outcome.value), outcome.hits};
            outcomes.add(words.data());
        }
    }
    checks.encode(into.initChecks());
    const auto size = [](auto column) { return static_cast<unsigned>(column.size()); };
    set_all(into.initHits(size(hits.column(0))), hits.column(0));
    set_all(into.initOutcomeRow(size(outcomes.column(0))), outcomes.column(0));
    set_all(into.initOutcomeValue(size(outcomes.column(1))), outcomes.column(1));
    set_all(into.initOutcomeHits(size(outcomes.column(2))), outcomes.column(2));
}

std::string visit_rows(format::FirstSeen::Reader from, FirstSeenVisitor& visitor) {
    RowDecoder<CheckRow> checks(from.getChecks());
    if (!checks.fault().empty())
        return checks.fault();
    const std::uint32_t rows = from.getChecks().getCount();

    std::uint64_t hits = 0;
    ColumnDecoder hits_decoder(&hits, rows);
    if (auto fault = add_column(hits_decoder, 0, Coding::difference, from.getHits()))
        return "hits: " + *fault;

    OutcomeWords outcome{};
    const std::uint32_t outcome_count = from.getOutcomeHits().size();
    ColumnDecoder outcome_decoder(outcome.data(), outcome_count);
    const auto add = [&](std::size_t word, Coding coding, auto list) {
        return add_column(outcome_decoder, word, coding, list);
    };
    for (auto fault : {add(0, row_coding, from.getOutcomeRow()), add(1, value_coding, from.getOutcomeValue()),
                       add(2, hits_coding, from.getOutcomeHits())})
        if (fault)
            return "outcomes: " + *fault;

    std::vector<FirstSeenOutcome> of_row;
    bool more_outcomes = outcome_decoder.next();
    for (std::uint64_t row = 0; checks.next(); ++row) {
        hits_decoder.next();
        of_row.clear();
        while (more_outcomes && outcome[0] == row) {
            of_row.push_back({static_cast<std::int64_t>(outcome[1]), outcome[2]});
            more_outcomes = outcome_decoder.next();
        }
        visitor.on(checks.row(), hits, of_row);
    }
    if (!checks.fault().empty())
        return checks.fault();
    return more_outcomes ? "outcomes: they name rows that do not exist, or not in order" : "";
}

}  // namespace caprec
