// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "analyzer/cli/command.h"

namespace caprec {

// What a run of the program comes to: the status of the command, whose output is flushed, or a message about whichever
// std::exception it threw, and exit_failure: no run ends by std::terminate, which would say neither.
int outcome_of(const std::function<int()>& command, Streams& streams);

}  // namespace caprec
