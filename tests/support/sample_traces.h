// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/support/memory_stream.h"

namespace caprec {

// Small traces with every kind of chunk, table and row, to try damage and mutations on.
std::vector<Bytes> sample_traces();

}  // namespace caprec
