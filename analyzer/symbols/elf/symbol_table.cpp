// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/symbol_table.h"

#include <elf.h>
#include <algorithm>
#include <cstring>
#include <tuple>

#include "analyzer/symbols/elf/demangle.h"

namespace caprec {
namespace {

// Names that people know come before their aliases: open before __open before __GI___open.
unsigned rank_of(unsigned binding, std::string_view name) {
    const unsigned of_binding = binding == STB_GLOBAL ? 0 : binding == STB_WEAK ? 1 : 2;
    const std::size_t underscores = std::min(name.find_first_not_of('_'), name.size());
    return static_cast<unsigned>(std::min<std::size_t>(underscores, 15)) * 4 + of_binding;
}

std::string_view string_at(std::string_view strings, std::size_t offset) {
    if (offset >= strings.size())
        return {};
    const std::string_view rest = strings.substr(offset, max_symbol_bytes + 1);
    const std::size_t end = rest.find('\0');
    return end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
}

bool is_function(const Elf64_Sym& symbol) {
    const unsigned type = ELF64_ST_TYPE(symbol.st_info);
    return symbol.st_shndx != SHN_UNDEF && symbol.st_shndx != SHN_ABS && symbol.st_value != 0 &&
           (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

}  // namespace

SymbolTable::SymbolTable(const ElfFile& file, const ElfFile* debug) {
    if (debug != nullptr)
        add(*debug, ".symtab");
    add(file, ".symtab");
    add(file, ".dynsym");
    std::sort(symbols_.begin(), symbols_.end(), [](const Symbol& a, const Symbol& b) {
        return std::tuple(a.address, a.bytes == 0, a.rank, a.name) <
               std::tuple(b.address, b.bytes == 0, b.rank, b.name);
    });
    const auto last = std::unique(symbols_.begin(), symbols_.end(),
                                  [](const Symbol& a, const Symbol& b) { return a.address == b.address; });
    symbols_.erase(last, symbols_.end());
    symbols_.shrink_to_fit();
}

void SymbolTable::add(const ElfFile& file, const char* section_name) {
    const ElfSection* section = file.section(section_name);
    if (section == nullptr || section->link == 0)
        return;
    const auto strings = std::find_if(file.sections().begin(), file.sections().end(),
                                      [&](const ElfSection& each) { return each.index == section->link; });
    if (strings == file.sections().end() || section->entry_bytes != sizeof(Elf64_Sym))
        return;
    const std::string_view table = file.bytes_of(*section), names = file.bytes_of(*strings);
    for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= table.size(); at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        std::memcpy(&symbol, table.data() + at, sizeof symbol);
        if (!is_function(symbol))
            continue;
        std::string_view name = string_at(names, symbol.st_name);
        name = name.substr(0, name.find('@'));  // cuts off a version
        if (name.empty() || name[0] == '$')     // '$': arm64's marks between code and data
            continue;
        if (symbols_.size() >= max_symbols)
            return;
        symbols_.push_back({symbol.st_value, symbol.st_size, name, rank_of(ELF64_ST_BIND(symbol.st_info), name)});
    }
}

const SymbolTable::Symbol* SymbolTable::find(std::uint64_t address) const {
    auto next = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                                 [](std::uint64_t place, const Symbol& symbol) { return place < symbol.address; });
    // A small symbol may lie within a larger one, so look back a little.
    for (unsigned steps = 0; steps < 16 && next != symbols_.begin(); ++steps) {
        const Symbol& symbol = *--next;
        if (symbol.bytes > address - symbol.address)
            return &symbol;
        if (symbol.bytes == 0 && steps == 0)
            return &symbol;
    }
    return nullptr;
}

}  // namespace caprec
