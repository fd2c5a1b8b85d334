// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/event_filter.h"

#include <algorithm>

#include "analyzer/analysis/image_name.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

template <class List, class Value> bool allows(const List& list, const Value& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool is_image(std::string_view image, const std::vector<std::string>& wanted) {
    const std::string_view path = parse_image(image).path;
    return std::ranges::any_of(wanted,
                               [&](const std::string& name) { return path == name || last_part(path) == name; });
}

bool EventFilter::accepts(const AnnotatedCheck& check) { return matches(check) && (!choice_.unique || is_new(check)); }

bool EventFilter::accepts(const RefusedCall& refused) const {
    if (choice_.granted || !choice_.capabilities.empty() || !choice_.verdicts.empty())
        return false;
    if (!allows(choice_.comms, refused.call.comm))
        return false;
    if (!choice_.pids.empty() && !allows(choice_.pids, refused.tgid) && !allows(choice_.pids, refused.tid))
        return false;
    return choice_.images.empty() || is_image(refused.call.image, choice_.images);
}

bool EventFilter::matches(const AnnotatedCheck& check) const {
    if (choice_.granted && *choice_.granted != check.row.granted())
        return false;
    if (!choice_.capabilities.empty() &&
        (check.row.capability > 63 || !choice_.capabilities.contains(static_cast<unsigned>(check.row.capability))))
        return false;
    if (!allows(choice_.verdicts, check.verdict) || !allows(choice_.comms, check.comm))
        return false;
    if (!choice_.pids.empty() && !allows(choice_.pids, check.tgid) && !allows(choice_.pids, check.tid))
        return false;
    return choice_.images.empty() || is_image(check.image, choice_.images);
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
