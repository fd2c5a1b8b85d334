// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/module_symbols.h"

#include <string>
#include <string_view>
#include <utility>

#include "analyzer/symbols/elf/demangle.h"

namespace caprec {
namespace {

// DWARF has names as the source writes them.  But people know an alias of __GI___libc_malloc better, and "_M_invoke"
// alone says less than the symbol.
bool is_better(std::string_view symbol, const std::string& function) {
    const bool is_mangled = symbol.starts_with("_Z") || symbol.starts_with("_R");
    if (is_mangled)
        return function.find_first_of("(:") == std::string::npos;
    return function.empty() || (function.starts_with("__") && symbol.find('.') == std::string_view::npos);
}

}  // namespace

ModuleSymbols::ModuleSymbols(const FoundFile& file, const CodeLines* lines) : file_(file) {
    if (lines == nullptr)
        return;
    for (const CodeLine& line : lines->lines)
        if (!line.frames.empty())
            lines_.emplace(line.offset, &line);
}

ModuleSymbols::~ModuleSymbols() = default;

void ModuleSymbols::open() {
    opened_ = true;
    if (file_.code == nullptr)
        return;
    table_ = std::make_unique<SymbolTable>(*file_.code, file_.debug.get());
    go_table_ = std::make_unique<GoTable>(*file_.code);
    const ElfFile* debug = file_.debug != nullptr             ? file_.debug.get()
                           : file_.origin == FileOrigin::here ? file_.code.get()
                                                              : nullptr;
    memory_ = table_->memory();
    if (debug == nullptr)
        return;
    debug_info_ = std::make_unique<DebugInfo>(*debug, file_.supplement.get());
    for (const ElfSection& section : debug->sections())
        memory_ += section.name.starts_with(".debug_") || section.name.starts_with(".zdebug_") ? section.bytes : 0;
}

CodeNames ModuleSymbols::find(std::uint64_t offset) {
    if (!opened_)
        open();
    CodeNames names;
    const auto found = file_.code != nullptr ? file_.code->address_of(offset) : std::nullopt;
    const std::uint64_t address = found.value_or(0);
    if (found && debug_info_ != nullptr)
        names.frames = debug_info_->find(address);
    const auto line = lines_.find(offset);
    names.in_trace = line != lines_.end();
    const bool has_lines = names.frames.size() > 1 || (!names.frames.empty() && names.frames[0].line != 0);
    if (!has_lines && names.in_trace)
        names.frames = line->second->frames;
    else if (found && !has_lines && go_table_->function_start(address))
        names.frames = go_table_->frames(address);
    if (names.frames.empty())
        names.frames.emplace_back();
    if (found)
        name_by_symbol(offset, address, names);
    return names;
}

void ModuleSymbols::name_by_symbol(std::uint64_t offset, std::uint64_t address, CodeNames& names) const {
    const SymbolTable::Symbol* symbol = table_->find(address);
    if (symbol == nullptr) {
        if (const auto start = go_table_->function_start(address))
            names.function_start = offset - (address - *start);
        return;
    }
    names.by_symbol = true;
    std::string& function = names.frames.back().function;
    if (is_better(symbol->name, function))
        function = demangle(std::string(symbol->name));
    names.function_start = offset - (address - symbol->address);
}

}  // namespace caprec
