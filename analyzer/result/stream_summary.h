// SPDX-License-Identifier: Apache-2.0
//
// What is known of a trace besides its checks, once it has been read to its end.
#pragma once

#include "analyzer/analysis/run_facts.h"
#include "analyzer/result/late_verdicts.h"

namespace caprec {

struct StreamSummary {
    RunFacts run;
    Completeness completeness;
    LateVerdicts late = {};  // the verdicts at the end of checks that were delivered with others
};

}  // namespace caprec
