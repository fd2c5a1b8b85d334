// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <iosfwd>
#include <string>

#include "recorder/options.h"

namespace caprec {

// Records what runs already in one file after the other.  Each is a recording of its own, by a process of its own,
// which has found all that is there before the one before it ends: no check falls between, those of that moment are in
// both, and each file is whole by itself.  This process only starts and ends them.  Returns the exit status; throws
// Error.
int record_in_turns(const RecordOptions& options, std::ostream& messages);

// The name of a file that begins at that time: `pattern` is one of strftime(3), in local time.  Throws Error when it
// comes to nothing, or to more than a path can have.
std::string name_at(const std::string& pattern, std::time_t time);

}  // namespace caprec
