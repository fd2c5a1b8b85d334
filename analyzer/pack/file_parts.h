// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/symbols/elf/elf_file.h"
#include "schema/packed_files.h"

namespace caprec {

// The parts of a file that another machine needs to unwind through its code at these places of the file, and to name
// its functions: the headers, the build id, call frame information and symbol tables.  The ranges are ascending and do
// not overlap.  They have no data of the program, and of its code only the calls before these places, and the places
// where goroutines begin.
std::vector<ByteRange> needed_ranges(const ElfFile& file, std::span<const std::uint64_t> places = {});

// Writes those bytes as parts of a trace, compressed.  Returns how many bytes of the file they are.
std::uint64_t write_parts(const ElfFile& file, std::span<const std::uint64_t> places, std::string_view name,
                          std::string_view build_id, FilesVisitor& into);

}  // namespace caprec
