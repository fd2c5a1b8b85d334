// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/result/late_verdicts.h"

namespace caprec {

// The verdicts that the end of the trace changed, one a line, to be written below the lines of a trace that could be
// read only once.  Empty: none.
std::string late_text(const LateVerdicts& late);

// The line at the end that says how many checks were left out, as they decided nothing.  Empty: none.
std::string left_out_text(std::uint64_t checks);

}  // namespace caprec
