// SPDX-License-Identifier: Apache-2.0
#include "schema/kind_counts_codec.h"

#include <algorithm>

#include "schema/row_codec.h"

namespace caprec {
namespace {

using CountWords = std::array<std::uint64_t, 3>;  // key, value, hits
// Keys are counted from 1 and nearly all of them are there: their second differences are zeros, which cost nothing.
constexpr Coding of_keys = Coding::second_difference, of_values = Coding::difference,
                 of_hits = Coding::whole_difference;  // nobody claims many rows in few bytes

}  // namespace

void encode(std::span<const KindCount> counts, format::KindCounts::Builder into) {
    ColumnBuffer<3> columns({of_keys, of_values, of_hits});
    for (const KindCount& count : counts) {
        const CountWords words{count.key, static_cast<std::uint64_t>(count.value), count.hits};
        columns.add(words.data());
    }
    into.setCount(static_cast<std::uint32_t>(counts.size()));
    const auto size = [](auto column) { return static_cast<unsigned>(column.size()); };
    set_all(into.initKey(size(columns.column(0))), columns.column(0));
    set_all(into.initValue(size(columns.column(1))), columns.column(1));
    set_all(into.initHits(size(columns.column(2))), columns.column(2));
}

std::string visit_rows(format::KindCounts::Reader from, FirstSeenVisitor& visitor) {
    if (from.getCount() > kind_counts_for_a_chunk)
        return "counts: more than 65,536 rows";
    CountWords words{};
    ColumnDecoder decoder(words.data(), from.getCount());
    for (auto fault :
         {add_column(decoder, 0, of_keys, from.getKey()), add_column(decoder, 1, of_values, from.getValue()),
          add_column(decoder, 2, of_hits, from.getHits())})
        if (fault)
            return "counts: " + *fault;
    while (decoder.next())
        visitor.on(KindCount{words[0], static_cast<std::int64_t>(words[1]), words[2]});
    return {};
}

}  // namespace caprec
