// SPDX-License-Identifier: Apache-2.0
//
// Results made by hand, for the tests of the emitters.
#pragma once

#include "analyzer/analysis/analysis.h"

namespace caprec {

Analysis chown_analysis();       // sh -c 'touch f; chown nobody f; nice -n -5 true': complete, needs two
Analysis empty_analysis();       // complete, no check at all
Analysis incomplete_analysis();  // cut and lossy: alternatives, missing, unclassified
Analysis hostile_analysis();     // escapes, bidirectional overrides, broken UTF-8, absurd numbers and times

}  // namespace caprec
