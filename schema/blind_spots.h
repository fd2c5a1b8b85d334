// SPDX-License-Identifier: Apache-2.0
//
// The beginnings of those RunHeader::blind_spots that answers have to mention, and not just `info`: they are hidden
// from the recorder by this kernel, but not by every one.
#pragma once

#include <string_view>

namespace caprec {

inline constexpr std::string_view unseen_checks = "checks of ";             // then the name of an entry path
inline constexpr std::string_view memory_accounting = "memory accounting";  // it counts when overcommit is strict
inline constexpr std::string_view unseen_calls = "by which calls the kernel came to a check";
inline constexpr std::string_view unseen_targets = "with whose capability sets the kernel compares the caller's";

}  // namespace caprec
