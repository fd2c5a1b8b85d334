// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/symbols/elf/elf_file.h"

namespace caprec {

inline constexpr std::uint64_t max_uncompressed_bytes = std::uint64_t{64} << 20;

// The contents of a section, uncompressed if need be: by SHF_COMPRESSED (gABI, section "Section Compression"), or by
// GNU's older way, ".zdebug_...".  Empty when it is damaged, or would be larger than max_uncompressed_bytes.
std::string uncompressed(const ElfFile& file, const ElfSection& section);

}  // namespace caprec
