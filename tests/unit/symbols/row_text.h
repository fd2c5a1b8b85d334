// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/symbols/unwind/cfi_row.h"

namespace caprec {

// A row as readelf -wF writes it: "cfa=r7+16 r3=[cfa-16] r16=[cfa-8] r0=u".  Registers that keep their value are left
// out.
std::string text_of(const CfiRow& row);

}  // namespace caprec
