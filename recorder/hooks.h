// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "schema/run_info.h"

struct capture;  // the generated skeleton
struct bpf_program;

namespace caprec {

// A way to see capability checks.  The table has one row each, the best first; the first one that loads, attaches
// and passes the self-test is used.
struct CheckHook {
    HookKind kind;
    const char* name;        // "tp_btf/cap_capable"
    bool has_options;        // sees cap_capable's opts
    const char* needs;       // what a kernel must have for it
    const char* blind_spot;  // what it cannot see; goes into the trace
    bpf_program* (*program)(capture& skeleton);
};
std::span<const CheckHook> check_hooks();

}  // namespace caprec
