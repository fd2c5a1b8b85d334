// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "analyzer/classify/rule.h"

namespace caprec {

// The rules in order of precedence; the last one matches everything.
std::span<const Rule> rules();

}  // namespace caprec
