// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "bpf/event.h"

namespace caprec {

// What the kernel side has counted, by the descriptors of its maps.  Both throw SystemError.
ev_counters summed_counters(int counters);                // over all processors
std::vector<ev_refusal> repeated_refusals(int refusals);  // those that came more than once, with how often

// How often the kernel did not run one of the programs: it does not run one again on a CPU where it runs already, and
// counts that.  By their descriptors; -1, for a program that is not loaded, counts as 0.
std::uint64_t missed_runs(std::initializer_list<int> programs);

}  // namespace caprec
