// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schema/trace.capnp.h"

namespace caprec {

// Whether the chunk, its tables or its columns carry something that this version of the schema has no name for, or
// has reserved: a newer recorder wrote it, and it is skipped.
bool has_unknown_columns(format::Chunk::Reader chunk);

}  // namespace caprec
