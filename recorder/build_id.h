// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace caprec {

// The build id (NT_GNU_BUILD_ID) of an ELF file of this machine's byte order, raw bytes; empty: it has none.  Reads
// only the headers and the notes, and no more of those than a program has.
std::string read_build_id(int fd);

}  // namespace caprec
