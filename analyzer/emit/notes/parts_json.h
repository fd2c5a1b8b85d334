// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/emit/notes/format_input.h"
#include "analyzer/emit/pieces/json_values.h"

namespace caprec {

// One object for each part: what it is for, in the field that is named like the split, and the fields of its set.
Json parts_json(const std::vector<Part>& parts, Split split);

}  // namespace caprec
