// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/analysis/analysis.h"

namespace caprec {

// The analysis that the formats for containers are about.  When somebody chose a set for what runs inside a user
// namespace of the run's own, as a container engine of an ordinary user does, what was needed in there takes the place
// of what the host has to give.  For any other run it is the analysis as it is.
Analysis container_view(Analysis analysis);

}  // namespace caprec
