// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace caprec {

inline constexpr std::size_t max_symbol_bytes = 1024, max_demangled_bytes = 4096;

// A symbol of C++ or Rust as a person writes it.  Every other symbol, and one that would become too long, is left as it
// is (cut at max_symbol_bytes).
std::string demangle(const std::string& symbol);

}  // namespace caprec
