// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schema/run_info.h"

namespace caprec {

// The clocks, read as close to each other as possible, and the local time zone's offset.
Clock read_clock();

// Fills in what the header says of the machine: names, kernel, boot id, sysctls, security modules, the run id.
// What cannot be read is left empty: none of it is needed to record.
void fill_host_facts(RunHeader& header);

}  // namespace caprec
