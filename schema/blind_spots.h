// SPDX-License-Identifier: Apache-2.0
//
// How those of RunHeader::blind_spots begin that an answer has to mention, and not `info` alone: what this kernel, and
// not every one, hides from the recorder.
#pragma once

#include <string_view>

namespace caprec {

inline constexpr std::string_view unseen_checks = "checks of ";             // and the name of an entry path
inline constexpr std::string_view memory_accounting = "memory accounting";  // that counts when overcommit is strict
inline constexpr std::string_view unseen_targets = "with whose capability sets the kernel compares the caller's";

}  // namespace caprec
