// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/run_facts.h"

namespace caprec {

// An executed file that was gone, or another one, before the recorder came to read its capabilities: one of RunFacts'
// notes, which say that also of a trace that sums up several runs.
std::string unread_file_note(std::string_view image);

// Those of the notes.
std::vector<std::string> unread_file_notes(const RunFacts& run);

}  // namespace caprec
