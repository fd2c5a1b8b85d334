// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/need.h"

#include <algorithm>

namespace caprec {

bool InsideNeeds::by_choice() const { return std::ranges::any_of(needs, &Need::by_choice); }

}  // namespace caprec
