// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/event_filter.h"

#include "analyzer/classify/classifier.h"
#include "analyzer/containers/saturated_sum.h"

namespace caprec {

// What is still open may turn out to be needed, so it is shown.
bool EventFilter::leaves_out(const AnnotatedCheck& check) {
    if (noise_ == Noise::shown || check.verdict_open || !is_noise(rule_at(check.judgement.rule)))
        return false;
    add_saturated(left_out_, check.count);
    return true;
}

bool EventFilter::is_new(const AnnotatedCheck& check) {
    if (seen_.size() >= max_distinct)
        return true;
    return seen_
        .insert({check.row.capability, check.row.abi, check.row.syscall, check.image_id,
                 static_cast<std::uint32_t>(check.verdict), check.error().value_or(0), check.row.granted()})
        .second;
}

}  // namespace caprec
