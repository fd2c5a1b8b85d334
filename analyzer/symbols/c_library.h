// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace caprec {

// Of the C library and the loader, by the name of the file: where system calls are made, whoever asked for them.
bool is_c_library(std::string_view module);

}  // namespace caprec
