// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace caprec {

// The code that makes system calls on behalf of the code that a person looks for.

// Whether the file of this name is the C library or the loader.
bool is_c_library(std::string_view module);

// Whether the function of this name is in a package of Go that does nothing else.
bool is_syscall_package(std::string_view function);

}  // namespace caprec
