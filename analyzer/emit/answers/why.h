// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "analyzer/analysis/analysis.h"
#include "analyzer/emit/pieces/text_style.h"

namespace caprec {

// The whole story of one capability, from an analysis whose findings have all their reasons.
void why_text(const Analysis& analysis, unsigned capability, const TextStyle& style, std::ostream& out);
void why_json(const Analysis& analysis, unsigned capability, std::ostream& out);

}  // namespace caprec
