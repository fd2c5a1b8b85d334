// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "recorder/file_capabilities.h"

namespace caprec {

// The capabilities of the file at a path that execve was refused, which the kernel side does not get to see.  It may be
// another file by now, and in another root when the process has ended.  Nothing when looking at it might mean waiting
// for somebody.  `tgid` is the process's, in the recorder's PID namespace; 0: it has ended.
std::optional<FileCapabilities> capabilities_of_refused(const std::string& path, std::uint32_t tgid);

}  // namespace caprec
