// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "recorder/file_capabilities.h"

namespace caprec {

// What stands at a path that execve was refused: the kernel side does not get to see the file.  It may be another one
// by now, and of another root when the process has ended.  Nothing: it cannot be looked at without waiting for
// somebody. `tgid`: of the process, in the recorder's PID namespace; 0: it has ended.
std::optional<FileCapabilities> capabilities_of_refused(const std::string& path, std::uint32_t tgid);

}  // namespace caprec
