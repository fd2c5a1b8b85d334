// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/merge/run_merger.h"
#include "schema/trace_writer.h"

namespace caprec {

// Writes the merged runs as a trace of their own: the same bytes for the same runs.  `program` is the name and version
// of the writing program, for the header.  Throws Error when there is no run.
void write_merged(const RunMerger& merger, const std::string& program, TraceWriter& writer);

}  // namespace caprec
