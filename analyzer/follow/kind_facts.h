// SPDX-License-Identifier: Apache-2.0
//
// What a row of a merged trace says; impossible values become those for what is not known.
#pragma once

#include <cstdint>

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
// The other way: all but credential_after, whose id another trace gives.
void set_around(KindRow& kind, const Surroundings& around);
NotAsked not_asked_of(const KindRow& kind);

}  // namespace caprec
