// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"

namespace caprec {

class ByteReader;

// A program, in the code of DWARF 5, section 6.4.2, that tells how a function's frames change from its first
// instruction on.
struct FrameProgram {
    std::uint64_t start = 0;             // address of the function
    std::string_view initial, function;  // instructions: those of all functions, and of this one
    std::uint64_t code_alignment = 1;    // factors
    std::int64_t data_alignment = 1;
    std::uint64_t return_register = 0;
    bool signal = false;
    std::uint8_t pointer_encoding = 0;   // DW_EH_PE_*: for addresses in the instructions
    std::uint64_t function_address = 0;  // where the instructions of the function stand, as linked
};

// A section .eh_frame (LSB 5, section 10.6.1) or .debug_frame (DWARF 5, section 6.4.1), of any origin: read once from
// its front to its end, without the search table that may stand beside it.
//
// Not by libdw: that makes room for every register number that an entry names, gigabytes for a few bytes.
class FrameSection {
public:
    // No program has as many as these: what follows them is not read.
    static constexpr std::size_t max_functions = 1U << 22, max_common = 1U << 16, max_bytes = 1U << 30;

    enum class Kind : std::uint8_t { eh_frame, debug_frame };

    // `address` is that of the section's first byte, as linked.  The bytes must stay.
    FrameSection(Kind kind, std::string_view bytes, std::uint64_t address);

    // The program of the function that an address of code lies in.
    std::optional<FrameProgram> find(std::uint64_t address) const;

    std::uint64_t bytes_read() const { return bytes_read_; }  // up to the section's end, or to bytes that are no entry
    std::size_t memory() const;                               // bytes, about

private:
    struct Common {  // an entry that others refer to: CIE
        FrameProgram program;
        std::uint8_t address_bytes = 8;
        bool has_data = false;  // each entry has augmentation data
    };
    struct Function {  // FDE
        std::uint64_t start = 0, end = 0;
        std::uint32_t common = 0, body = 0, entry_end = 0;  // places in the section
    };

    void read_entry(std::uint64_t at, std::uint64_t body, std::uint64_t end, bool is_64_bit);
    std::optional<Common> read_common(std::uint64_t at) const;
    const Common* common_at(std::uint64_t at);
    bool read_augmentation(std::string_view letters, ByteReader& data, std::uint64_t at, Common& common) const;
    std::string_view part(std::uint64_t from, std::uint64_t to) const { return bytes_.substr(from, to - from); }

    Kind kind_;
    std::string_view bytes_;
    std::uint64_t address_;
    std::uint64_t bytes_read_ = 0;
    std::vector<Function> functions_;                                          // sorted by start
    std::unordered_map<std::uint64_t, std::optional<Common>, IdHash> common_;  // by place
};

// An address in the form that `encoding` (DW_EH_PE_*) says; `place` is its own address, as linked.  Nothing when the
// address is left out, or has a form that no program's unwind table has.
std::optional<std::uint64_t> read_encoded(ByteReader& reader, std::uint8_t encoding, std::uint64_t place);

}  // namespace caprec
