// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/analysis/analysis.h"

namespace caprec {

// Of a run in which somebody chose a set for what runs inside a user namespace of its own, as a container engine of an
// ordinary user does: the same analysis with what was needed in there in the place of what the host has to give.  That
// is what the lists of a container are about.  Of any other run: the analysis as it is.
Analysis container_view(Analysis analysis);

}  // namespace caprec
