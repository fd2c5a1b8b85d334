// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace caprec {

// Compares with tests/golden/expected/NAME.  CAPREC_UPDATE_GOLDEN=1 in the environment writes that file instead
// (and the test passes): look at the difference before you commit it.
void expect_golden(const std::string& name, const std::string& actual);

}  // namespace caprec
