// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/event_rows.h"

namespace caprec {

// The syscall in which a check was made, with those of its arguments that are numbers, flags and commands:
// "setuid(0)", "openat(O_RDWR|O_CLOEXEC)", "socket(AF_PACKET, SOCK_RAW)".  Descriptors, pointers and what they lead to
// are left out: the object of the check says that.  A call without such arguments, or one that has no row here, is its
// name alone; empty outside of a syscall, and for an unknown ABI.  What has no name is a number, in flags in
// hexadecimal; "?" is an argument that the recorder withheld.  All characters are printable ASCII.
std::string call_words(const CheckRow& row);

}  // namespace caprec
