// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "analyzer/symbols/unwind/expression.h"

namespace caprec {

// The operations of a DWARF expression.  Nothing when it is cut off, is longer than frames need, or has an operation
// whose operands evaluate() does not know.
std::optional<Expression> decode_expression(std::string_view code);

}  // namespace caprec
