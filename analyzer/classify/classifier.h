// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/classify/rule.h"

namespace caprec {

// The first rule that matches, as an index into rules().
std::uint32_t classify(const CheckFacts& facts);

const Rule& rule_at(std::uint32_t index);

}  // namespace caprec
