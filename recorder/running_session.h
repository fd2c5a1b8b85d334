// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

#include "recorder/options.h"

namespace caprec {

// Records what runs already until all of it has ended, its time is up or a signal ends it.  Returns the exit status.
// Throws Error when the recording cannot begin.
int record_running(const RecordOptions& options, std::ostream& messages);

}  // namespace caprec
