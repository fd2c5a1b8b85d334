// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "recorder/programs.h"
#include "schema/trace_writer.h"

namespace caprec {

// The running kernel's names for these return addresses, as "%pB" prints them; at most EV_SYMBOL_BATCH addresses.
// Empty strings when it cannot be asked.
std::vector<std::string> kernel_names(const Programs& programs, std::span<const __u64> addresses);

// Turns return addresses in the kernel into frames of the trace: (module, symbol, offset).  The running kernel is asked
// for the names; an address that it has no name for becomes a frame without symbol, never a number in the file.
class KernelSymbols {
public:
    KernelSymbols(const Programs& programs, TraceWriter& writer) : programs_(programs), writer_(writer) {}

    // Ids of the frames of these addresses, in their order.
    std::vector<std::uint32_t> frames(std::span<const __u64> addresses);

    std::uint64_t without_symbol() const { return without_symbol_; }

private:
    void look_up(std::span<const __u64> addresses);
    FrameId define(const std::string& text);
    StringId string_id(const std::string& text);
    ModuleId module_id(const std::string& name);

    const Programs& programs_;
    TraceWriter& writer_;
    std::unordered_map<std::uint64_t, FrameId> known_;
    std::unordered_map<std::string, StringId> strings_;
    std::unordered_map<std::string, ModuleId> modules_;
    std::uint64_t without_symbol_ = 0;
};

// The parts of the kernel's "%pB": "name+0x12/0x40 [module]", "name+0x12/0x40" or, without a name, a bare number.
struct SymbolText {
    std::string symbol, module;  // symbol is empty when there is no name
    std::uint32_t offset = 0;
};
SymbolText parse_symbol(const std::string& text);

}  // namespace caprec
