// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/analysis/analysis.h"

namespace caprec {

// "Inside its own user namespace: needs CAP_NET_RAW; missing there: CAP_CHOWN (...)", without the advice; empty:
// nothing was needed or missing in there.
std::string inside_text(const Analysis& analysis);

// A sentence for whoever gives capabilities: what these needs mean to them.
std::string inside_advice(const Analysis& analysis);

}  // namespace caprec
