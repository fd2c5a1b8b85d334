// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/analysis/analysis.h"

namespace caprec {

// The analysis for the formats for containers.  When somebody chose a set for what runs inside a user namespace of the
// run's own, as a container engine of an ordinary user does, the needs in there replace those that the host has to
// meet.  For any other run, the analysis stays as it is.
Analysis container_view(Analysis analysis);

}  // namespace caprec
