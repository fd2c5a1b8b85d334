// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace caprec {

// The part of a path after the last slash; all of it when there is none.
inline std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace caprec
