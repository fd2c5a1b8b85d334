// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/event_rows.h"

namespace caprec {

// The name of the syscall in which a check was made; empty outside of one, and for an unknown ABI.
std::string syscall_text(const CheckRow& row);

}  // namespace caprec
