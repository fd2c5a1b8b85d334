// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

struct ShellWord {
    std::string text;            // without its quotes
    std::size_t line = 0;        // from 1 on
    bool may_be_more = false;    // an expansion without quotes is in it: it may become any number of words
    bool is_list = false;        // "$@", "${args[@]}" is in it: any number of words, in quotes or not
    bool has_expansion = false;  // $X, `X`: what it becomes is not known here
};

// The simple commands of a shell script, as far as words tell: comments, quotes, continued lines, redirections, and
// what separates commands.  Nothing is expanded.
std::vector<std::vector<ShellWord>> shell_commands(std::string_view text);

}  // namespace caprec
