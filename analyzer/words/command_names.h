// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace caprec {

// The name of a command word of a syscall, as its manual page has it: "PR_CAPBSET_DROP" for prctl's 24; empty when none
// is known.  Only commands that have to do with capabilities are known; ioctl has too many of them.
std::string_view command_name(std::string_view syscall, std::uint64_t command);

}  // namespace caprec
