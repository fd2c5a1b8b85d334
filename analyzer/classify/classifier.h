// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/classify/rule.h"

namespace caprec {

RuleId classify(const CheckFacts& facts);  // the first rule that matches

const Rule& rule_at(RuleId id);

}  // namespace caprec
