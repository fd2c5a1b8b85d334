// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "schema/trace_tables.h"

namespace caprec {

// A user stack as memory to unwind in.  The addresses are made up, as the trace has none: each module begins at a
// multiple of 1 TiB, so that the low bits of code are those of the file (entries of a PLT are told apart by them),
// and the stack pointer's place is page-aligned.
class Snapshot {
public:
    static constexpr std::uint64_t stack_base = std::uint64_t{1} << 39;  // in the first TiB, which no module has
    static constexpr std::size_t max_bytes = std::size_t{1} << 20;

    // The address of a pointer; 0, which is nowhere, for offsets that no stack has.
    static std::uint64_t address_of(UserPointer pointer) {
        if (pointer.module)
            return pointer.module.value() << 40 | pointer.offset;
        return pointer.offset < stack_base ? stack_base + pointer.offset : 0;
    }
    // The module that an address of code lies in, none for every other address; and where in its file.
    static ModuleId module_of(std::uint64_t address) { return ModuleId(address >> 40); }
    static std::uint64_t offset_of(std::uint64_t address) { return address & ((std::uint64_t{1} << 40) - 1); }

    // Replaces the contents.  Places outside the stack's bytes are left out.
    void load(const UserStack& stack);

    // Words that were scrubbed read as 0.  False for an address that is outside, or not aligned.
    bool read(std::uint64_t address, std::uint64_t& word) const {
        const std::uint64_t index = (address - stack_base) / 8;
        if (address % 8 != 0 || address < stack_base || index >= words_.size())
            return false;
        word = words_[index];
        return true;
    }

private:
    std::vector<std::uint64_t> words_;
};

}  // namespace caprec
