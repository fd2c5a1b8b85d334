// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"

namespace caprec {

// The verdicts at the end of the trace, for who shows single checks with their verdicts, or chooses by them. Afterwards
// the input is at its beginning again.  Nothing: it is a pipe, which cannot be read twice.
std::optional<StreamSummary> first_reading(Input& input, const ReadOptions& options);

}  // namespace caprec
