// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/table.h"

#include "analyzer/cli/command_line.h"

namespace caprec {

int run_command(std::span<const std::string> arguments, Streams& streams) {
    return run_command_line(command_table, arguments, CAPREC_VERSION, streams);
}

}  // namespace caprec
