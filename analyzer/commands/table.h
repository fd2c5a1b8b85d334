// SPDX-License-Identifier: Apache-2.0
//
// The commands, in the order of --help; each is defined in the file of its name.  The first one is meant when none is
// named.
#pragma once

#include <span>
#include <string>

#include "analyzer/cli/command.h"

namespace caprec {

extern const Command report_command, tree_command, events_command, stacks_command, export_command, pack_command,
    minimal_command, why_command, diff_command, check_command, merge_command, explain_command, info_command;

constexpr const Command* command_table[] = {
    &report_command, &tree_command, &events_command, &stacks_command, &export_command,  &pack_command, &minimal_command,
    &why_command,    &diff_command, &check_command,  &merge_command,  &explain_command, &info_command,
};

// Finds the command in the arguments (program name excluded) and runs it.
int run_command(std::span<const std::string> arguments, Streams& streams);

}  // namespace caprec
