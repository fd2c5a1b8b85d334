// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "analyzer/cli/command.h"

namespace caprec {

// The exit status of the program: that of the command, once its output is flushed; or exit_failure, after a message
// about whichever std::exception it threw.  No run ends by std::terminate, which would give neither.
int outcome_of(const std::function<int()>& command, Streams& streams);

}  // namespace caprec
