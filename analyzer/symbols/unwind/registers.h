// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace caprec {

// The order of an architecture's registers in a UserStack, and which of them make up a stack.  All numbers but that of
// pc are DWARF's.
struct RegisterLayout {
    std::size_t count;  // number of registers of a UserStack
    std::uint8_t stack_pointer, frame_pointer, pc;
};

// The layout for a stack with this number of registers; null: no architecture that is known here.  x86-64: System V
// ABI, figure 3.36.  arm64: DWARF for the Arm 64-bit architecture, section 4.1.
inline const RegisterLayout* register_layout(std::size_t count) {
    static constexpr RegisterLayout layouts[] = {{17, 7, 6, 16}, {33, 31, 29, 32}};
    for (const RegisterLayout& layout : layouts)
        if (layout.count == count)
            return &layout;
    return nullptr;
}

inline constexpr std::size_t max_registers = 33;

// Values, and which of them are known.
class RegisterSet {
public:
    bool has(std::size_t number) const { return number < max_registers && (known_ >> number & 1) != 0; }
    std::uint64_t operator[](std::size_t number) const { return values_[number]; }  // only for one that it has
    void set(std::size_t number, std::uint64_t value) {
        values_[number] = value;
        known_ |= std::uint64_t{1} << number;
    }
    void forget(std::uint64_t numbers) { known_ &= ~numbers; }  // a bit for each register

private:
    std::array<std::uint64_t, max_registers> values_{};
    std::uint64_t known_ = 0;
};

}  // namespace caprec
