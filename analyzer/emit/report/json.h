// SPDX-License-Identifier: Apache-2.0
//
// The outputs for programs, one JSON document each; docs/json.md is their reference.  Fields are only added.
#pragma once

#include <ostream>

#include "analyzer/analysis/analysis.h"
#include "analyzer/emit/notes/format_input.h"
#include "analyzer/emit/report/trace_facts.h"

namespace caprec {

void report_json(const Analysis& analysis, const ReportParts& parts, std::ostream& out);
inline void report_json(const Analysis& analysis, std::ostream& out) { report_json(analysis, {}, out); }
void tree_json(const Analysis& analysis, std::ostream& out);
void info_json(const TraceFacts& facts, std::ostream& out);

}  // namespace caprec
