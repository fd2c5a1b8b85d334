// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/lost_kinds.h"

#include <algorithm>

#include "analyzer/follow/annotated_check.h"
#include "analyzer/follow/attribution.h"

namespace caprec {

void LostKinds::keep(const Kind& kind) {
    if (kind.count == 0)
        return;
    if (kinds_.size() >= max_rows) {
        limits_reached_ = true;
        return;
    }
    kinds_.push_back(kind);
}

void LostKinds::add(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes,
                    const KeySites::Entry* recorded) {
    CheckRow row = first;
    if (hits > 1)
        row.object = {};
    std::uint64_t rest = hits;
    for (const FirstSeenOutcome& outcome : outcomes) {
        rest -= std::min(rest, outcome.hits);
        if (recorded == nullptr || !recorded->has_error(errno_of(NoOutcome::known, outcome.value)))
            keep({row, std::min(outcome.hits, hits), NoOutcome::known, outcome.value});
    }
    if (recorded == nullptr)
        keep({row, rest, outside_syscall(first) ? NoOutcome::no_syscall : NoOutcome::lost, 0});
}

}  // namespace caprec
