// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/trace_tables.h"

namespace caprec {

// What a syscall was asked to act on, as a person would write it: a path's bytes; "127.0.0.1:80", "[::1]:80",
// "unix:/run/x", "unix:@abstract", "netlink", "family 40" for a socket address; "0x8914" for a command word.
// Paths come out as raw bytes: emitters escape.  Too short an address gives its family alone.
std::string object_text(const Object& object);

}  // namespace caprec
