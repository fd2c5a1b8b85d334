// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace caprec {

// The member of `names` that `word` was probably meant to be; empty when none is near.
std::string_view nearest_name(std::string_view word, std::span<const std::string_view> names);

// "; did you mean 'CAP_CHOWN'?" for "CAP_CHWON" or "chwon"; empty when nothing is near.
std::string capability_suggestion(std::string_view word);

}  // namespace caprec
