// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "schema/trace_tables.h"

namespace caprec {

// The object that a syscall was asked to act on, as a person would write it: a path's bytes; "127.0.0.1:80",
// "[::1]:80", "unix:/run/x", "unix:@abstract", "netlink", "family 40" for a socket address; "PR_CAPBSET_DROP" for a
// command word of `syscall` that has a name here, "0x8914" for others.  Paths come out as raw bytes: emitters escape.
// An address that is too short gives only its family.
std::string object_text(const Object& object, std::string_view syscall = {});

}  // namespace caprec
