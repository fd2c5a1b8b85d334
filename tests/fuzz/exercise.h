// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace caprec {

// Reads the bytes as a trace and looks at everything that it says.  Must return for any bytes.
void exercise(std::span<const std::byte> bytes);

}  // namespace caprec
