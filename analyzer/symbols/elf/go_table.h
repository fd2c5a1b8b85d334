// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/symbols/elf/elf_file.h"
#include "schema/packed_files.h"

namespace caprec {

// The table that Go's run time keeps of its own functions, .gopclntab, which stripping leaves in the file: names,
// lines, and how deep the stack is at each place.  It reads the layouts of Go 1.16 to 1.17 and from 1.18 on (Go's
// runtime/symtab.go, and debug/gosym).
class GoTable {
public:
    static constexpr std::string_view section_names[] = {".gopclntab", ".data.rel.ro.gopclntab"};

    // Keeps views of the file.  If that has no such table, or one of another layout, nothing is known.
    explicit GoTable(const ElfFile& file);

    // The frames at an address of code: the function; before it, when the code is inlined from another function, a
    // frame with just the line.  Empty: no function of Go.
    std::vector<SourceFrame> frames(std::uint64_t address) const;
    std::optional<std::uint64_t> function_start(std::uint64_t address) const;

    enum class Kind : std::uint8_t {
        unknown,  // no function of Go
        plain,
        top,             // a stack begins in it
        switches_stack,  // the code that it calls may run on another stack
    };
    Kind kind(std::uint64_t address) const;

    // Bytes that the function has put on the stack up to this place, without its return address.
    std::optional<std::uint32_t> stack_bytes(std::uint64_t address) const;

    // Adds the parts of the file that function_start(), kind() and stack_bytes() read.
    void add_ranges(std::uint64_t address, std::vector<ByteRange>& ranges) const;

private:
    struct Function {
        std::uint64_t start = 0;
        std::uint64_t record = 0;  // place in list_
    };
    bool read_head(const ElfFile& file);
    bool assume_text(const ElfFile& file);
    std::uint64_t number(std::uint64_t index) const;
    std::optional<Function> find(std::uint64_t address) const;
    std::uint32_t field(const Function& function, std::size_t index) const;
    // `read` gets the number of bytes that it took.
    std::optional<std::int64_t> value(std::uint32_t table, const Function& function, std::uint64_t address,
                                      std::size_t* read = nullptr) const;
    ByteRange range_of(std::string_view part, std::uint64_t offset, std::uint64_t bytes) const;
    std::string file_name(const Function& function, std::uint64_t address) const;

    std::string_view all_;
    std::uint64_t offset_ = 0;                                // place of all_ in the file
    std::string_view names_, units_, files_, values_, list_;  // parts of all_
    std::uint64_t functions_ = 0;
    std::uint64_t text_ = 0;                     // address that places of code are counted from; 0: they are addresses
    std::size_t number_bytes_ = 0;               // size of the list's numbers
    std::size_t first_table_ = 0;                // index of its field in a record
    std::optional<std::uint64_t> entry_record_;  // record of the function that text_ comes from
    std::uint8_t quantum_ = 1;                   // unit of distances in code, in bytes
};

}  // namespace caprec
