// SPDX-License-Identifier: Apache-2.0
//
// Notes that every format with comments begins with.
#pragma once

#include <vector>

#include "analyzer/emit/notes/comments.h"
#include "analyzer/emit/notes/format_input.h"

namespace caprec {

// They say whether the set can be trusted, what it is for, why each capability is in it, what is uncertain, what it
// lacks, and how it compares with the defaults of container engines.
std::vector<Note> notes_on_set(const FormatInput& input);

// Members without a name, for consumers that know capabilities by name alone; nothing when there are none.
std::vector<Note> notes_on_nameless(CapabilitySet set);

// "/usr/sbin/nginx", "startup"; escaped; empty for the whole run.
std::string title_of(const Part& part, Split split);

void append(std::vector<Note>& notes, std::vector<Note> more);

}  // namespace caprec
