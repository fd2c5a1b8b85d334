// SPDX-License-Identifier: Apache-2.0
#include "recorder/kind_counts.h"

#include <algorithm>

namespace caprec {
namespace {

std::uint64_t now(const __u64& counter) { return __atomic_load_n(&counter, __ATOMIC_RELAXED); }

}  // namespace

std::uint64_t all_hits(const ev_first_seen& row) { return now(row.hits) + now(row.usual); }

std::uint64_t outcome_hits(const ev_first_seen& row, std::size_t place) {
    return now(row.outcome_hits[place]) + (place == 0 ? now(row.usual) : 0);
}

std::vector<KindCount> KindCounts::since_last(std::span<const ev_first_seen> rows, const KeyOf& key_of) {
    told_.resize(rows.size());
    std::vector<KindCount> counts;
    for (std::size_t place = 0; place < rows.size(); ++place) {
        const ev_first_seen& row = rows[place];
        if (now(row.check.key) == 0 || row.check.header.thread == EV_RECORDER_THREAD)
            continue;
        Told& told = told_[place];
        const std::uint64_t key = key_of(row.check.key);
        const auto tell = [&](std::int64_t value, std::uint64_t hits, std::uint64_t& last) {
            if (hits != last)
                counts.push_back({key, value, hits - last});
            last = hits;
        };
        std::uint64_t with_outcome = 0;
        for (std::size_t i = 0; i < EV_FIRST_OUTCOMES; ++i) {
            const std::uint64_t code = now(row.outcome_code[i]);
            if (code == 0)
                break;
            const std::uint64_t hits = outcome_hits(row, i);
            with_outcome += hits;
            tell(1 - static_cast<std::int64_t>(code), hits, told.outcomes[i]);
        }
        const std::uint64_t hits = all_hits(row);
        tell(KindCount::no_outcome, hits - std::min(hits, with_outcome), told.without);
    }
    std::stable_sort(counts.begin(), counts.end(),
                     [](const KindCount& one, const KindCount& other) { return one.key < other.key; });
    return counts;
}

}  // namespace caprec
