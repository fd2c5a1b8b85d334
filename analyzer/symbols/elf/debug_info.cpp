// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/debug_info.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <algorithm>
#include <string>
#include <unordered_map>

#include "analyzer/containers/id_hash.h"
#include "analyzer/symbols/elf/demangle.h"

namespace caprec {
namespace {

constexpr std::size_t max_inlined = 64, max_depth = 64;

struct DieRange {
    std::uint64_t start = 0, end = 0;
    Dwarf_Off die = 0;
};
using DieRanges = std::vector<DieRange>;  // ascending

void add_ranges(Dwarf_Die* die, DieRanges& ranges) {
    Dwarf_Addr base = 0, start = 0, end = 0;
    ptrdiff_t offset = 0;
    while ((offset = ::dwarf_ranges(die, offset, &base, &start, &end)) > 0)
        if (start < end && start != 0)
            ranges.push_back({start, end, ::dwarf_dieoffset(die)});
}

void sort(DieRanges& ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const DieRange& a, const DieRange& b) { return a.start < b.start; });
}

bool find_die(Dwarf* dwarf, const DieRanges& ranges, std::uint64_t address, Dwarf_Die& die) {
    auto next = std::upper_bound(ranges.begin(), ranges.end(), address,
                                 [](std::uint64_t place, const DieRange& range) { return place < range.start; });
    return next != ranges.begin() && address < (--next)->end && ::dwarf_offdie(dwarf, next->die, &die) != nullptr;
}

// The ranges are not taken from .debug_aranges, which Go's and clang's files do not have.
DieRanges units_of(Dwarf* dwarf) {
    DieRanges ranges;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    std::uint8_t type = 0;
    while (::dwarf_get_units(dwarf, unit, &unit, nullptr, &type, &die, nullptr) == 0)
        if (type == DW_UT_compile || type == DW_UT_skeleton)
            add_ranges(&die, ranges);
    sort(ranges);
    return ranges;
}

// The functions below a unit: clang and Rust put them into namespaces and types, where dwarf_getscopes does not look.
void add_functions(Dwarf_Die* parent, std::size_t depth, DieRanges& ranges) {
    Dwarf_Die child;
    if (depth > max_depth || ::dwarf_child(parent, &child) != 0)
        return;
    do {
        switch (::dwarf_tag(&child)) {
            case DW_TAG_subprogram: add_ranges(&child, ranges); break;
            case DW_TAG_namespace:
            case DW_TAG_module:
            case DW_TAG_class_type:
            case DW_TAG_structure_type:
            case DW_TAG_union_type:
            case DW_TAG_enumeration_type: add_functions(&child, depth + 1, ranges); break;
            default: break;
        }
    } while (::dwarf_siblingof(&child, &child) == 0);
}

bool holds_code(int tag) {
    return tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block || tag == DW_TAG_try_block ||
           tag == DW_TAG_catch_block || tag == DW_TAG_with_stmt;
}

// Goes to the scope inside this one that has the address.
bool enter(Dwarf_Die& scope, std::uint64_t address) {
    Dwarf_Die child;
    if (::dwarf_child(&scope, &child) != 0)
        return false;
    do {
        if (holds_code(::dwarf_tag(&child)) && ::dwarf_haspc(&child, address) > 0) {
            scope = child;
            return true;
        }
    } while (::dwarf_siblingof(&child, &child) == 0);
    return false;
}

// A function, and the calls inlined on the way from it to the address.
std::vector<Dwarf_Die> calls_at(Dwarf_Die scope, std::uint64_t address) {
    std::vector<Dwarf_Die> calls = {scope};
    for (std::size_t depth = 0; depth < 4 * max_depth && calls.size() <= max_inlined && enter(scope, address); ++depth)
        if (::dwarf_tag(&scope) == DW_TAG_inlined_subroutine)
            calls.push_back(scope);
    return calls;
}

std::string text_of(Dwarf_Die* die, unsigned attribute) {
    Dwarf_Attribute value;
    const char* text = ::dwarf_formstring(::dwarf_attr_integrate(die, attribute, &value));
    return text != nullptr ? std::string(text) : std::string();
}

std::string function_of(Dwarf_Die* die) {
    std::string name = text_of(die, DW_AT_linkage_name);
    if (name.empty())
        name = text_of(die, DW_AT_MIPS_linkage_name);
    if (name.empty())
        name = text_of(die, DW_AT_name);
    return demangle(name);
}

std::uint32_t number_of(Dwarf_Die* die, unsigned attribute) {
    Dwarf_Attribute value;
    Dwarf_Word number = 0;
    return ::dwarf_formudata(::dwarf_attr(die, attribute, &value), &number) == 0 && number <= ~std::uint32_t{0}
               ? static_cast<std::uint32_t>(number)
               : 0;
}

// The place of a call that was inlined.
void set_call(Dwarf_Die* unit, Dwarf_Die* inlined, SourceFrame& frame) {
    Dwarf_Files* files = nullptr;
    std::size_t count = 0;
    const std::uint32_t number = number_of(inlined, DW_AT_call_file);
    const char* name = nullptr;
    if (::dwarf_getsrcfiles(unit, &files, &count) == 0 && number < count)
        name = ::dwarf_filesrc(files, number, nullptr, nullptr);
    frame.file = name != nullptr ? name : "";
    frame.line = number_of(inlined, DW_AT_call_line);
}

void set_line(Dwarf_Die* unit, std::uint64_t address, SourceFrame& frame) {
    Dwarf_Line* line = ::dwarf_getsrc_die(unit, address);
    int number = 0;
    const char* file = line != nullptr ? ::dwarf_linesrc(line, nullptr, nullptr) : nullptr;
    if (file != nullptr)
        frame.file = file;
    if (line != nullptr && ::dwarf_lineno(line, &number) == 0 && number > 0)
        frame.line = static_cast<std::uint32_t>(number);
}

}  // namespace

struct DebugInfo::Handles {
    Dwarf* dwarf = nullptr;
    Dwarf* supplement = nullptr;
    DieRanges units;
    std::unordered_map<Dwarf_Off, DieRanges, IdHash> functions;  // by unit, for the units that were asked for
    const DieRanges& functions_of(Dwarf_Die& unit) {
        const auto [known, is_new] = functions.try_emplace(::dwarf_dieoffset(&unit));
        if (is_new) {
            add_functions(&unit, 0, known->second);
            sort(known->second);
        }
        return known->second;
    }
    ~Handles() {
        ::dwarf_end(dwarf);
        ::dwarf_end(supplement);
    }
};

DebugInfo::DebugInfo(const ElfFile& file, const ElfFile* supplement) : handles_(std::make_unique<Handles>()) {
    handles_->dwarf = ::dwarf_begin_elf(file.handle(), DWARF_C_READ, nullptr);
    if (handles_->dwarf == nullptr)
        return;
    if (supplement != nullptr)
        handles_->supplement = ::dwarf_begin_elf(supplement->handle(), DWARF_C_READ, nullptr);
    ::dwarf_setalt(handles_->dwarf, handles_->supplement);  // also null: otherwise libdw would look for the file itself
    handles_->units = units_of(handles_->dwarf);
}

DebugInfo::~DebugInfo() = default;

std::vector<SourceFrame> DebugInfo::find(std::uint64_t address) const {
    Dwarf_Die unit, function;
    if (!find_die(handles_->dwarf, handles_->units, address, unit))
        return {};
    std::vector<SourceFrame> frames(1);
    set_line(&unit, address, frames[0]);
    if (!find_die(handles_->dwarf, handles_->functions_of(unit), address, function))
        return frames;
    std::vector<Dwarf_Die> calls = calls_at(function, address);
    for (std::size_t i = calls.size() - 1; i > 0; --i) {
        frames.back().function = function_of(&calls[i]);
        frames.emplace_back();
        set_call(&unit, &calls[i], frames.back());
    }
    frames.back().function = function_of(&calls[0]);
    return frames;
}

}  // namespace caprec
