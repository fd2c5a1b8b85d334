// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/result/late_verdicts.h"

namespace caprec {

// Below the lines of a trace that could be read only once: which of their verdicts the end changed, a line each.
// Empty: none.
std::string late_text(const LateVerdicts& late);

}  // namespace caprec
