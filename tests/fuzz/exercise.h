// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace caprec {

// Reads the bytes as a trace, looks at everything that it says, analyzes it and prints the results to nowhere.  Must
// return for any bytes; aborts when a promise of the interfaces is broken.
void exercise(std::span<const std::byte> bytes);

}  // namespace caprec
