// SPDX-License-Identifier: Apache-2.0
//
// Small recordings of one service, and traces that sum several up.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tests/support/trace_builder.h"

namespace caprec {

// The header differs for each number: in run id, start and, from 2 on, host and kernel.
RunHeader header_of_run(unsigned number);

// `sh -c service`: all runs chown a file; every second one is niced, every third is denied a port; the fifth lost
// checks.  Numbered from 1.
Bytes service_run(unsigned number);

// A run with checks of any kind, as the seed decides.
Bytes any_run(unsigned seed);

Bytes merge_traces(std::span<const Bytes> traces);

Bytes merged_trace();        // service_run 1 to 4
Bytes merged_lossy_trace();  // service_run 1 to 5

}  // namespace caprec
