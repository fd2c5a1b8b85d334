// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace caprec {

// The argv, as in memory, of a process that was there before, each with its final NUL, up to 128 KiB; empty when it has
// ended, or has none.  Only /proc tells it.  `tgid` is the process's number in the recorder's PID namespace, which may
// have been given to another one since; `start_time`, in ns of boot time, tells the two apart.
std::string arguments_of_running(std::uint32_t tgid, std::uint64_t start_time);

}  // namespace caprec
