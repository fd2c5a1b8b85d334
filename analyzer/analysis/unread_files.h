// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/run_facts.h"

namespace caprec {

// The note on an executed file that was gone, or replaced, before the recorder could read its capabilities.  It is one
// of RunFacts' notes, so that merged traces have it, too.
std::string unread_file_note(std::string_view image);

// The run's notes of that kind.
std::vector<std::string> unread_file_notes(const RunFacts& run);

}  // namespace caprec
