// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schema/trace_writer.h"

namespace caprec {

// Writes the code that the kernel maps into every process.  It is not a file, so only the recorder can keep it.
// Nothing when the kernel maps none.
void write_vdso(TraceWriter& writer);

}  // namespace caprec
