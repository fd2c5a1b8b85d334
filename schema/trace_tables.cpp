// SPDX-License-Identifier: Apache-2.0
#include "schema/trace_tables.h"

namespace caprec {
namespace {

constexpr unsigned module_shift = 40;
constexpr std::uint64_t offset_mask = (std::uint64_t{1} << module_shift) - 1;

}  // namespace

std::uint64_t encode(UserPointer pointer) {
    if (pointer.module.value() > UserPointer::max_module || pointer.offset > UserPointer::max_offset)
        return 0;
    return pointer.module.value() << module_shift | (pointer.offset + (pointer.module ? 0 : 1));
}

std::optional<UserPointer> decode_pointer(std::uint64_t encoded) {
    if (encoded == 0)
        return std::nullopt;
    const ModuleId module(encoded >> module_shift);
    return UserPointer{module, (encoded & offset_mask) - (module ? 0 : 1)};
}

}  // namespace caprec
