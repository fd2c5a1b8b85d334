// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>

#include "analyzer/cli/arguments.h"
#include "analyzer/export/export_format.h"
#include "analyzer/export/parts/check_frames.h"
#include "analyzer/follow/check_filter.h"

namespace caprec {

struct ExportOptions : CommonOptions {
    std::optional<CheckFilter> filter = {};
    const ExportFormat* format = nullptr;  // never null
    FrameChoice frames = FrameChoice::all;
};

// Reads the trace of the options once and writes its checks to `out`.  Messages on what is missing in it go to
// streams.err, as `out` is for a program.
void export_file(const ExportOptions& options, std::ostream& out, const Streams& streams);

}  // namespace caprec
