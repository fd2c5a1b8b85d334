// SPDX-License-Identifier: Apache-2.0
//
// The meaning of a cgroup's path: which unit, which container.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/analysis/keeper.h"

namespace caprec {

inline constexpr std::size_t max_cgroup_bytes = 4096;  // of a path; more is not looked at

// The innermost unit and the innermost container of a path as "/system.slice/ssh.service", of cgroup v2 or of a v1
// hierarchy, where systemd and the engines use the same names.  Never fails: what has no known name means nothing.
Keeper keeper_of(std::string_view cgroup);

// Undoes systemd's escapes: "a\x2db" is "a-b".  What is no such escape stays.
std::string without_escapes(std::string_view name);

}  // namespace caprec
