// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/mutate.h"

namespace caprec {

const std::vector<std::string>& sample_policies();  // one or more of each format

// Another text, made by a few changes: to lines, words and bytes.
std::string mutate_policy(std::string_view text, RandomNumbers& random);

}  // namespace caprec
