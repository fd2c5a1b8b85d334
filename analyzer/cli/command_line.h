// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "analyzer/cli/command.h"

namespace caprec {

// Finds the command in the arguments (program name excluded) and runs it; the first command is the one that is meant
// when none is named.  --help and --version are answered here.
int run_command_line(std::span<const Command* const> commands, std::span<const std::string> arguments,
                     const char* version, Streams& streams);

}  // namespace caprec
