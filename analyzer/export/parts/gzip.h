// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string_view>

namespace caprec {

// Compresses as gzip does, without a name and a time in the header, so that equal bytes give equal results.  Throws
// Error when there is no memory.
void write_gzip(std::string_view bytes, std::ostream& out);

}  // namespace caprec
