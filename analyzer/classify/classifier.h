// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/classify/rule.h"

namespace caprec {

RuleId classify(const CheckFacts& facts);  // the first rule that matches

// Whether another rule could match by what only the end of the trace shows: JudgedRun but for `setting` and
// `own_mount`.
bool may_change(RuleId rule, CheckFacts facts);

const Rule& rule_at(RuleId id);

}  // namespace caprec
