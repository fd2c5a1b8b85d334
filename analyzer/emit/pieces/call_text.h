// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "analyzer/analysis/process.h"
#include "analyzer/analysis/reason.h"

namespace caprec {

// The call of a process in which the check was made: openat("/etc/shadow") = -1 EACCES.  Objects longer than
// `object_columns` are shortened.
std::string call_text(const Reason& reason, std::size_t object_columns);

// Who asked: the program, with its place when that is not the command's own root, or the comm of a process that never
// ran one.
std::string image_text(const std::string& image, const std::string& comm);

// How a process ended, as a shell user thinks of it: "0", "SIGKILL", "alive", "?".
std::string exit_text(const Process& process);

// "SIGTERM"; "signal 42" without a name.
std::string signal_text(int number);

}  // namespace caprec
