// SPDX-License-Identifier: Apache-2.0
//
// The parts of a session that a command's and that of running processes share.
#pragma once

#include <iosfwd>
#include <string>

#include "recorder/caller.h"
#include "recorder/capture.h"
#include "recorder/mapping_events.h"
#include "recorder/options.h"
#include "recorder/output_file.h"
#include "recorder/recording.h"
#include "schema/run_info.h"

namespace caprec {

CaptureSettings capture_settings(const RecordOptions& options, const Caller& caller);

// All but what only a command has.  `refusal`: why the kernel side does not tell of mappings either.
RunHeader header_of(const RecordOptions& options, const Caller& caller, const Capture& capture,
                    const MappingEvents& mappings, const std::string& refusal);

void tell(std::ostream& messages, const std::string& line);  // unless it is empty
void tell_hook(std::ostream& messages, const Capture& capture);
// What was lost, what is still there, and the line that sums up.
void tell_end(std::ostream& messages, const RecordOptions& options, const Recording& recording,
              const OutputFile& output, bool ended_early);

}  // namespace caprec
