// SPDX-License-Identifier: Apache-2.0
//
// The standard headers that most sources include: compiled once for each target where CAPREC_UNITY is on.  The other
// builds do without, and find the headers that a source forgets to include.
#ifndef CAPREC_TESTS_SUPPORT_PRECOMPILED_H
#define CAPREC_TESTS_SUPPORT_PRECOMPILED_H

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#endif
