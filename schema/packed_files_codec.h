// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "schema/packed_files.h"
#include "schema/trace.capnp.h"

namespace caprec {

// These throw Error when the contents do not fit into a chunk.
void encode(const FilePart& part, format::Files::Builder into);
void encode(std::span<const CodeLines> lines, format::Files::Builder into);

// Returns the fault that stopped it, or nothing.
std::string visit_files(format::Files::Reader from, FilesVisitor& visitor);

}  // namespace caprec
