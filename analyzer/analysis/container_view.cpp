// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/container_view.h"

#include <algorithm>

#include "analyzer/analysis/minimal_set.h"

namespace caprec {

Analysis container_view(Analysis analysis) {
    InsideNeeds& inside = analysis.inside;
    if (!inside.by_choice())
        return analysis;
    analysis.needs.clear();
    analysis.need_reasons.clear();
    analysis.failures = {};
    analysis.kept.clear();
    for (std::size_t at = 0; at < inside.needs.size(); ++at) {
        if (!inside.needs[at].by_choice)
            continue;
        analysis.needs.push_back(inside.needs[at]);
        analysis.need_reasons.push_back(inside.reasons.at(at));
        if (inside.needs[at].missing)
            analysis.failures.reasons.push_back(inside.reasons[at]);
    }
    analysis.minimal = minimal_set(select_needs(analysis.needs, {}));
    return analysis;
}

}  // namespace caprec
