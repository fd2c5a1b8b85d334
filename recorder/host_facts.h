// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schema/run_info.h"

namespace caprec {

// The clocks, read as close to each other as possible, and the local time zone's offset.
Clock read_clock();

// Fills in the header's facts about the machine: names, kernel, boot id, sysctls, security modules, the run id.  A fact
// that cannot be read is left empty: none is needed to record.
void fill_host_facts(RunHeader& header);

}  // namespace caprec
