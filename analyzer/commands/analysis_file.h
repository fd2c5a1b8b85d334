// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/analysis.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/options.h"

namespace caprec {

// What --knowledge names; what is built in when it names nothing.
Knowledge load_knowledge(const CommonOptions& options);

// The analysis of the trace that the user named.  `reasons`: how many a finding keeps; nothing: the usual number.
Analysis analyze_file(const CommonOptions& options, std::optional<std::size_t> reasons = {});

}  // namespace caprec
