// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace caprec {

// How many checks came from each stack.  A stack is one line: its frames, outermost first, escaped, with semicolons
// between them; a name's own semicolons are escaped, too.
using FoldedStacks = std::map<std::string, std::uint64_t>;

}  // namespace caprec
