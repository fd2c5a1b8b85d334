// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace caprec {

// What can be done when the kernel has answered so (errno) to all hooks.
std::string advice_on_refusal(int error);

}  // namespace caprec
