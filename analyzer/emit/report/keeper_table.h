// SPDX-License-Identifier: Apache-2.0
//
// What units and containers hold and need, as a table and as JSON.
#pragma once

#include <ostream>

#include "analyzer/analysis/analysis.h"
#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/pieces/text_style.h"

namespace caprec {

// A line for each unit and container, with an empty line behind; nothing when the analysis has no findings of them.
void keeper_table(const Analysis& analysis, const TextStyle& style, std::ostream& out);

Json keepers_json(const std::vector<KeeperFinding>& findings);

}  // namespace caprec
