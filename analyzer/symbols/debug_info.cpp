// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/debug_info.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <algorithm>
#include <cstdlib>
#include <string>

#include "analyzer/symbols/demangle.h"

namespace caprec {
namespace {

constexpr std::size_t max_inlined = 64;

struct UnitRange {
    std::uint64_t start = 0, end = 0;
    Dwarf_Off unit = 0;
};

// Not from .debug_aranges, which Go's and clang's files do not have.
std::vector<UnitRange> index_of(Dwarf* dwarf) {
    std::vector<UnitRange> ranges;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    std::uint8_t type = 0;
    while (::dwarf_get_units(dwarf, unit, &unit, nullptr, &type, &die, nullptr) == 0) {
        if (type != DW_UT_compile && type != DW_UT_skeleton)
            continue;
        Dwarf_Addr base = 0, start = 0, end = 0;
        ptrdiff_t offset = 0;
        while ((offset = ::dwarf_ranges(&die, offset, &base, &start, &end)) > 0) {
            if (start < end && start != 0)
                ranges.push_back({start, end, ::dwarf_dieoffset(&die)});
        }
    }
    std::sort(ranges.begin(), ranges.end(), [](const UnitRange& a, const UnitRange& b) { return a.start < b.start; });
    return ranges;
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
void set_call(Dwarf_Die* unit, Dwarf_Die* inlined, SourceFrame& caller) {
    Dwarf_Files* files = nullptr;
    std::size_t count = 0;
    const std::uint32_t number = number_of(inlined, DW_AT_call_file);
    const char* name = nullptr;
    if (::dwarf_getsrcfiles(unit, &files, &count) == 0 && number < count)
        name = ::dwarf_filesrc(files, number, nullptr, nullptr);
    caller.file = name != nullptr ? name : "";
    caller.line = number_of(inlined, DW_AT_call_line);
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

struct Scopes {
    Dwarf_Die* first = nullptr;
    int count = 0;
    ~Scopes() { std::free(first); }
};

}  // namespace

struct DebugInfo::Handles {
    Dwarf* dwarf = nullptr;
    Dwarf* supplement = nullptr;
    std::vector<UnitRange> ranges;
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
    ::dwarf_setalt(handles_->dwarf, handles_->supplement);  // a null, too: libdw would go and look for it itself
    handles_->ranges = index_of(handles_->dwarf);
}

DebugInfo::~DebugInfo() = default;

std::vector<SourceFrame> DebugInfo::find(std::uint64_t address) const {
    const auto& ranges = handles_->ranges;
    auto next = std::upper_bound(ranges.begin(), ranges.end(), address,
                                 [](std::uint64_t place, const UnitRange& range) { return place < range.start; });
    Dwarf_Die unit;
    if (next == ranges.begin() || address >= (--next)->end ||
        ::dwarf_offdie(handles_->dwarf, next->unit, &unit) == nullptr)
        return {};
    std::vector<SourceFrame> frames(1);
    set_line(&unit, address, frames[0]);
    Scopes found, scopes;
    found.count = ::dwarf_getscopes(&unit, address, &found.first);
    // Those of the innermost scope as the code has them: an inlined function stands in its caller.
    if (found.count > 0)
        scopes.count = ::dwarf_getscopes_die(&found.first[0], &scopes.first);
    for (int i = 0; i < scopes.count; ++i) {
        Dwarf_Die* scope = &scopes.first[i];
        const int tag = ::dwarf_tag(scope);
        if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
            continue;
        frames.back().function = function_of(scope);
        if (tag == DW_TAG_subprogram || frames.size() > max_inlined)
            break;
        frames.emplace_back();
        set_call(&unit, scope, frames.back());
    }
    return frames;
}

}  // namespace caprec
