// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string_view>

#include "bpf/event.h"

namespace caprec {

// The name of a task as the kernel keeps it, ended by a NUL where there is room for one.
inline std::string_view comm_of(const char (&comm)[EV_COMM_BYTES]) { return {comm, strnlen(comm, sizeof comm)}; }

}  // namespace caprec
