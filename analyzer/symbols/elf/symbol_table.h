// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/symbols/elf/elf_file.h"

namespace caprec {

// The functions of .symtab and .dynsym by address, of one file and its separate debug file.
class SymbolTable {
public:
    static constexpr std::size_t max_symbols = 1u << 23;

    struct Symbol {
        std::uint64_t address = 0, bytes = 0;  // 0 bytes: not known
        std::string_view name;                 // mangled; a view of the file
        unsigned rank = 0;                     // the lowest one of several at one address is shown
    };

    // Keeps views of both.  `debug` may be null.
    SymbolTable(const ElfFile& file, const ElfFile* debug);

    std::size_t memory() const { return symbols_.capacity() * sizeof(Symbol); }

    // The function that an address lies in; null: not known.
    const Symbol* find(std::uint64_t address) const;

private:
    void add(const ElfFile& file, const char* section);

    std::vector<Symbol> symbols_;  // ascending, one for each address
};

}  // namespace caprec
