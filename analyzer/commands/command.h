// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

struct Streams {
    std::ostream& out;
    std::ostream& err;
    bool color = false;  // `out` is a terminal that shows colours
};

enum ExitStatus : int { exit_fine = 0, exit_different = 1, exit_failure = 2 };

struct Command {
    std::string_view name, summary;
    int (*run)(const std::vector<std::string>& arguments, Streams& streams);  // returns the exit status
};

int run_report(const std::vector<std::string>& arguments, Streams& streams);
int run_tree(const std::vector<std::string>& arguments, Streams& streams);
int run_events(const std::vector<std::string>& arguments, Streams& streams);
int run_stacks(const std::vector<std::string>& arguments, Streams& streams);
int run_export(const std::vector<std::string>& arguments, Streams& streams);
int run_pack(const std::vector<std::string>& arguments, Streams& streams);
int run_minimal(const std::vector<std::string>& arguments, Streams& streams);
int run_why(const std::vector<std::string>& arguments, Streams& streams);
int run_diff(const std::vector<std::string>& arguments, Streams& streams);
int run_check(const std::vector<std::string>& arguments, Streams& streams);
int run_merge(const std::vector<std::string>& arguments, Streams& streams);
int run_explain(const std::vector<std::string>& arguments, Streams& streams);
int run_info(const std::vector<std::string>& arguments, Streams& streams);

// All commands; the first is used when none is named.
std::span<const Command> commands();

// Finds the command in the arguments (program name excluded) and runs it; --help and --version are answered here.
int run_command(std::span<const std::string> arguments, Streams& streams);

}  // namespace caprec
