// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

#include "recorder/options.h"

namespace caprec {

// Exit statuses of the recorder itself; all others are the command's.
enum ExitStatus : int { exit_failed = 125, exit_not_executable = 126, exit_not_found = 127 };

// Records one command from start to end and returns the exit status for the shell.  Messages for the user go to
// `messages`, a line each.  Throws Error when the recording cannot begin.
int record(const RecordOptions& options, std::ostream& messages);

}  // namespace caprec
