// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caprec {

// Calls that ended in EPERM or EACCES though no capability was denied in them, with what is known of the cause.
struct OtherRefusal {
    std::string image, comm;  // comm: that of one of the calls; empty for several runs
    std::string syscall;
    int error = 0;
    std::string object;
    bool object_truncated = false;
    bool filtered = false;  // a seccomp filter, or its strict mode, was on
    bool no_new_privs = false;
    bool look_up = false;     // it only finds out whether something is there, or is refused as a matter of course
    std::uint64_t count = 0;  // for several runs: the most in any one of them
    std::string why;          // other causes that such a refusal may have; ours, may be empty
};

// Most frequent first, look-ups last; ten at most.
struct OtherRefusals {
    std::vector<OtherRefusal> calls;
    std::uint64_t more = 0;  // kinds that were left out
    std::uint64_t lost = 0;  // kinds that the recorder had no room for
};

}  // namespace caprec
