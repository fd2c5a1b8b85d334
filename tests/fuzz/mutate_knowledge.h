// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tests/fuzz/mutate.h"

namespace caprec {

// A knowledge file with a row of the built-in one for each (class, test) in it, for functions and for syscalls.
const std::string& sample_knowledge();

// Another text, made by a few changes: to the cells of lines, to tabs and newlines, to bytes.  A text without lines
// gives the sample.
std::string mutate_knowledge(std::string_view text, RandomNumbers& random);

}  // namespace caprec
