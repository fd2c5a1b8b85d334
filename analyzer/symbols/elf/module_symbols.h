// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/symbols/elf/debug_info.h"
#include "analyzer/symbols/elf/file_finder.h"
#include "analyzer/symbols/elf/go_table.h"
#include "analyzer/symbols/elf/symbol_table.h"
#include "schema/packed_files.h"

namespace caprec {

// The source's names for a place in code.
struct CodeNames {
    std::vector<SourceFrame> frames;              // innermost inlined function first; at least one, which may be empty
    std::optional<std::uint64_t> function_start;  // its place in the file, for the function that is not inlined
    bool in_trace = false;                        // the trace has lines for it, used or not
    bool by_symbol = false;                       // the symbol table has a name for it
};

// Names and lines of one module: from its DWARF, from what came with the trace, from its symbol table, or from Go's.
class ModuleSymbols {
public:
    // Keeps both references.  `lines` are those that came with the trace; it may be null.
    ModuleSymbols(const FoundFile& file, const CodeLines* lines);
    ~ModuleSymbols();

    // `offset` is in the file; for a return address, pass one less, which is in the call.  The result is computed anew
    // each time.
    CodeNames find(std::uint64_t offset);

    // Bytes that its tables and debug information take, about; they are read when needed.
    std::size_t memory() const { return memory_; }

private:
    void name_by_symbol(std::uint64_t offset, std::uint64_t address, CodeNames& names) const;
    void open();

    const FoundFile& file_;
    bool opened_ = false;
    std::size_t memory_ = 0;
    std::unordered_map<std::uint64_t, const CodeLine*, IdHash> lines_;
    std::unique_ptr<SymbolTable> table_;
    std::unique_ptr<GoTable> go_table_;
    std::unique_ptr<DebugInfo> debug_info_;
};

}  // namespace caprec
