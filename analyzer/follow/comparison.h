// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/classify/rule.h"
#include "analyzer/follow/attribution.h"
#include "schema/capability.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// A capability that comparing two processes' capability sets needs when the calling process holds less than it did in
// the run.
struct ComparedNeed {
    NotAsked why = NotAsked::compared;
    unsigned capability = 0;
    CapabilitySet instead = {};  // any one of these would do as well
};

// `granted` has the capabilities that checks of the same syscall were granted.  All of the result is needed.  It is
// empty when the capability was asked for with a check, or when the other process holds no more than the run may leave
// the calling process: a process of the run has its sets from the same source.
std::vector<ComparedNeed> compared_needs(const ComparisonRow& row, CapabilitySet granted, const TraceReader& reader);

// Empty for processes outside the run, and where several were compared.
ComparedInRun compared_in_run(const ComparisonRow& row, const TraceReader& reader);

}  // namespace caprec
