// SPDX-License-Identifier: Apache-2.0
//
// A command of capanalyze: all that is to be known of it stands in one of these, in the file of the command.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "schema/options/option_row.h"

namespace caprec {

class Arguments;

struct Streams {
    std::ostream& out;
    std::ostream& err;
    bool color = false;  // `out` is a terminal that shows colours
};

enum ExitStatus : int { exit_fine = 0, exit_different = 1, exit_failure = 2 };

struct Command {
    std::string_view name, summary;
    std::string_view operands;  // "FILE"
    const char* purpose;        // the first lines of --help
    std::span<const OptionRow> options;
    std::string (*details)();  // the part of --help below the options: columns, formats, examples
    int (*run)(const Arguments& arguments, Streams& streams);  // returns the exit status; throws Error
};

}  // namespace caprec
