// SPDX-License-Identifier: Apache-2.0
//
// The contents of a row of a merged trace; impossible values become those that mean "not known".
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/classify/rule.h"
#include "analyzer/follow/attribution.h"
#include "analyzer/processes/process_tree.h"
#include "schema/merged_rows.h"

namespace caprec {

NoOutcome outcome_of(const KindRow& kind);
std::int32_t error_of(const KindRow& kind);
SiteSource source_of(const KindRow& kind);
ProcessTree::Place place_of(const KindRow& kind, ImageId image);
Surroundings around_of(const KindRow& kind);
void set_flag(KindRow& kind, KindFlag flag, bool on);
// The inverse of around_of(), without credential_after, as the id is another one in another trace.
void set_around(KindRow& kind, const Surroundings& around);
std::optional<std::uint32_t> user_of(const KindRow& kind);
NotAsked not_asked_of(const KindRow& kind);

}  // namespace caprec
