// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace caprec {

// The member of `names` that `word` was probably meant to be; empty when none is near.
std::string_view nearest_name(std::string_view word, std::span<const std::string_view> names);

}  // namespace caprec
