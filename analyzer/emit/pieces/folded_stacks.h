// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace caprec {

// How many checks came from each stack.  A stack is one line: its frames from the outermost on with semicolons between
// them, escaped, those of a name as well.
using FoldedStacks = std::map<std::string, std::uint64_t>;

}  // namespace caprec
