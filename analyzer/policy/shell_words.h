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
    bool may_be_more = false;    // it has an unquoted expansion, and may become any number of words
    bool is_list = false;        // it has "$@" or "${args[@]}": any number of words, in quotes or not
    bool has_expansion = false;  // it has $X or `X`, whose value is not known here
};

// The simple commands of a shell script, as far as words tell: it knows comments, quotes, continued lines,
// redirections, and the separators of commands.  Nothing is expanded.
std::vector<std::vector<ShellWord>> shell_commands(std::string_view text);

}  // namespace caprec
