// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace caprec {

// Advice for when the kernel gave this answer (errno) to all hooks.
std::string advice_on_refusal(int error);

}  // namespace caprec
