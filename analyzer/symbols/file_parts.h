// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/symbols/elf_file.h"
#include "schema/packed_files.h"

namespace caprec {

struct ByteRange {
    std::uint64_t offset = 0, bytes = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// What another machine needs of a file to unwind through its code and to name its functions: the heads, the build id,
// call frame information and symbol tables.  Ascending, not overlapping.  No data of the program, and no code but where
// goroutines begin: `ends` are the places, in the file, where stacks ended as a whole.
std::vector<ByteRange> needed_ranges(const ElfFile& file, std::span<const std::uint64_t> ends = {});

// Those bytes as parts of a trace, compressed.  Returns their number of bytes in the file.
std::uint64_t write_parts(const ElfFile& file, std::span<const std::uint64_t> ends, std::string_view name,
                          std::string_view build_id, FilesVisitor& into);

}  // namespace caprec
