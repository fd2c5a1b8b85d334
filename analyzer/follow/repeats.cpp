// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/repeats.h"

#include <algorithm>

#include "analyzer/follow/annotated_check.h"

namespace caprec {

void Repeats::note(const AttributedCheck& check, const Memo& memo, std::int64_t value) {
    const Place place(check.row.key, memo.outcome == NoOutcome::known ? memo.error : without);
    auto known = kinds_.find(place);
    if (known == kinds_.end()) {
        if (kinds_.size() >= max_checks) {
            limits_reached_ = true;
            return;
        }
        known = kinds_.emplace(place, Kind{{check, memo, value}, 0}).first;
    }
    known->second.recorded += check.count;
}

void Repeats::add(const KindCount& count) {
    if (counts_.size() >= max_checks) {
        limits_reached_ = true;
        return;
    }
    const bool has_outcome = count.value != KindCount::no_outcome;
    counts_[{count.key, has_outcome ? errno_of(NoOutcome::known, count.value) : without}] += count.hits;
}

// The kernel side counts the outcome of a call once for each kind, however often it was checked in that call: what is
// left of a kind after its outcomes goes to the first of its checks.
void Repeats::visit(const std::function<void(const Recorded&, std::uint64_t)>& visit) const {
    constexpr auto most = std::uint64_t{1} << 63;  // above it: what a row took back was cut off
    for (auto count = counts_.begin(); count != counts_.end();) {
        const std::uint64_t key = count->first.first;
        const auto first = kinds_.lower_bound({key, without});
        std::uint64_t recorded = 0, counted = 0;
        for (auto kind = first; kind != kinds_.end() && kind->first.first == key; ++kind)
            recorded += kind->second.recorded;
        const auto begin = count;
        for (; count != counts_.end() && count->first.first == key; ++count)
            counted += count->second < most ? count->second : 0;
        if (first == kinds_.end() || first->first.first != key || counted <= recorded)
            continue;
        std::uint64_t rest = counted - recorded;
        const auto give = [&](const Kind& kind, std::uint64_t more) {
            if (more != 0)
                visit(kind.first, more);
            rest -= more;
        };
        for (auto each = begin; each != count; ++each)
            if (const auto like = kinds_.find(each->first);
                like != kinds_.end() && each->second < most && each->second > like->second.recorded)
                give(like->second, std::min(rest, each->second - like->second.recorded));
        give(first->second, rest);
    }
}

}  // namespace caprec
