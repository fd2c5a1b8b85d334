// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bpf/event.h"

namespace caprec {

// Counts of the kernel side, from the descriptors of its maps.  Both throw SystemError.
ev_counters summed_counters(int counters);                // sums over all processors
std::vector<ev_refusal> repeated_refusals(int refusals);  // refusals that came more than once, with their number

// How often the kernel did not run a program, given by descriptor: it does not run one again on a CPU where it runs
// already, and counts that.  -1, for a program that is not loaded, counts as 0.
std::uint64_t missed_runs(int program);

}  // namespace caprec
