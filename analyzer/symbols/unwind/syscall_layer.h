// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace caprec {

// What makes system calls for whoever asked for them, and is not what a person looks for.

// The C library and the loader, by the name of the file.
bool is_c_library(std::string_view module);

// The packages of Go that do nothing else, by the name of the function.
bool is_syscall_package(std::string_view function);

}  // namespace caprec
