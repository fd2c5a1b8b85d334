// SPDX-License-Identifier: Apache-2.0
//
// The outputs for people.  Each starts with the INCOMPLETE lines when the trace is not complete, and escapes
// everything that comes from the traced system.
#pragma once

#include <ostream>

#include "analyzer/analysis/analysis.h"
#include "analyzer/emit/notes/format_input.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/emit/report/trace_facts.h"

namespace caprec {

void report_text(const Analysis& analysis, const ReportParts& parts, const TextStyle& style, std::ostream& out);
inline void report_text(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    report_text(analysis, {}, style, out);
}
void tree_text(const Analysis& analysis, const TextStyle& style, std::ostream& out);
void process_tree_text(const Analysis& analysis, const TextStyle& style,
                       std::ostream& out);  // the lines of the processes alone
void info_text(const TraceFacts& facts, const TextStyle& style, std::ostream& out);

}  // namespace caprec
