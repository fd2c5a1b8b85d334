// SPDX-License-Identifier: Apache-2.0
//
// The formats of diff, for their table.  Each shows what diff_text() shows: minor changes when it is verbose; only
// diff_folded() shows the stacks of the view instead.
#pragma once

#include <ostream>

#include "analyzer/emit/diff.h"

namespace caprec {

void diff_markdown(const DiffView& view, const TextStyle& style, std::ostream& out);
void diff_github(const DiffView& view, const TextStyle& style, std::ostream& out);
void diff_junit(const DiffView& view, const TextStyle& style, std::ostream& out);
void diff_folded(const DiffView& view, const TextStyle& style, std::ostream& out);
void diff_sarif(const DiffView& view, const TextStyle& style, std::ostream& out);

}  // namespace caprec
