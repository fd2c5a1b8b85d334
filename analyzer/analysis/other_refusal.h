// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caprec {

// Calls that ended in EPERM or EACCES though no capability was denied in them, with what is known of why.
struct OtherRefusal {
    std::string image, comm;  // comm: of one of them; of several runs empty
    std::string syscall;
    int error = 0;
    std::string object;
    bool object_truncated = false;
    bool filtered = false;  // a seccomp filter, or its strict mode, was on
    bool no_new_privs = false;
    bool look_up = false;     // only finds out whether something is there, or is refused as a matter of course
    std::uint64_t count = 0;  // of several runs: in one of them at most
    std::string why;          // what else may refuse such a call; ours, may be empty
};

// Most frequent first, look-ups last; ten at most.
struct OtherRefusals {
    std::vector<OtherRefusal> calls;
    std::uint64_t more = 0;  // kinds that were left out
    std::uint64_t lost = 0;  // kinds that found no place
};

}  // namespace caprec
