// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/event_filter.h"

namespace caprec {
bool EventFilter::is_new(const AnnotatedCheck& check) {
    if (seen_.size() >= max_distinct)
        return true;
    return seen_
        .insert({check.row.capability, check.row.abi, check.row.syscall, check.image_id,
                 static_cast<std::uint32_t>(check.verdict), check.error().value_or(0), check.row.granted()})
        .second;
}

}  // namespace caprec
