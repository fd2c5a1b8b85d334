// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/call_instruction.h"

namespace caprec {
namespace {

constexpr unsigned char near_call = 0xe8, indirect = 0xff;
constexpr std::size_t near_bytes = 5;

// The length of an indirect call, from the bytes after its first (Intel SDM, volume 2, table 2-2); 0: another
// instruction.
std::size_t indirect_bytes(unsigned char form, unsigned char scaled) {
    constexpr unsigned call = 2, by_register = 3, with_scaled = 4, relative = 5;
    const unsigned mode = form >> 6, base = form & 7;
    if ((form >> 3 & 7) != call)
        return 0;
    if (mode == by_register)
        return 2;
    const bool is_scaled = base == with_scaled;
    const bool is_wide = mode == 2 || (mode == 0 && (is_scaled ? (scaled & 7) == relative : base == relative));
    return 2 + (is_scaled ? 1 : 0) + (is_wide ? 4 : mode == 1 ? 1 : 0);
}

}  // namespace

std::size_t call_at_end(std::string_view code) {
    const auto at = [&](std::size_t from_end) { return static_cast<unsigned char>(code[code.size() - from_end]); };
    if (code.size() >= near_bytes && at(near_bytes) == near_call)
        return near_bytes;
    for (std::size_t bytes = 2; bytes <= max_call_bytes && bytes <= code.size(); ++bytes)
        if (at(bytes) == indirect && indirect_bytes(at(bytes - 1), bytes > 2 ? at(bytes - 2) : 0) == bytes)
            return bytes;
    return 0;
}

}  // namespace caprec
