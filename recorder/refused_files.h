// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "recorder/file_capabilities.h"

namespace caprec {

// The file at a path that execve was refused, which the kernel side does not get to see.  It may be another one by now,
// and in another root when the process has ended.  Nothing when looking at it might mean to wait for somebody.  `tgid`
// is that of the process, in the recorder's PID namespace; 0: it has ended.
std::optional<FileCapabilities> capabilities_of_refused(const std::string& path, std::uint32_t tgid);

}  // namespace caprec
