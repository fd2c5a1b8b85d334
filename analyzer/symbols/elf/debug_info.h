// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analyzer/symbols/elf/elf_file.h"
#include "schema/packed_files.h"

namespace caprec {

// Functions, source lines and inlined calls of one file, from its DWARF.  libdw reads it, so this is for files of this
// machine only.
class DebugInfo {
public:
    // Keeps references.  `supplement` is the file that dwz moved parts of this one into; it may be null.
    DebugInfo(const ElfFile& file, const ElfFile* supplement);
    ~DebugInfo();
    DebugInfo(const DebugInfo&) = delete;
    DebugInfo& operator=(const DebugInfo&) = delete;

    // The functions that an address (as linked) lies in, innermost inlined one first, names demangled.  Empty when the
    // file says nothing about this address.
    std::vector<SourceFrame> find(std::uint64_t address) const;

private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

}  // namespace caprec
