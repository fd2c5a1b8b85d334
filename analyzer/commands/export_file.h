// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "analyzer/commands/command.h"
#include "analyzer/options.h"

namespace caprec {

// Reads the trace of the options once and writes its checks to `out`.  What is missing in the trace is reported on
// streams.err, as `out` is for a program.  `options.output` is not used.
void export_file(const ExportOptions& options, std::ostream& out, const Streams& streams);

}  // namespace caprec
