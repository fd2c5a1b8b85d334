// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "analyzer/knowledge/site_row.h"

namespace caprec {

inline constexpr std::string_view knowledge_columns[] = {
    "site", "within", "capability", "class", "any_of", "test", "refusal", "audit", "kernels", "asked_by", "note"};

// Parses one line of the file.  Throws Error that names the column and the word.
SiteRow parse_row(std::string_view line);

}  // namespace caprec
