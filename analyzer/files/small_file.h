// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace caprec {

// The contents of a file, at most `max_bytes` and one byte more, which shows the caller that it is too large.  "-" is
// standard input when that is allowed.  Throws Error, which says what the file was wanted for, when it is a directory
// or cannot be opened.
std::string read_small_file(const std::string& name, std::size_t max_bytes, const std::string& wanted,
                            bool may_be_input = false);

}  // namespace caprec
