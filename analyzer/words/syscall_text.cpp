// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/syscall_text.h"

#include "schema/syscalls.h"

namespace caprec {

std::string syscall_text(const CheckRow& row) {
    const bool known = row.abi <= static_cast<std::uint64_t>(Abi::arm);
    return known ? syscall_name(static_cast<Abi>(row.abi), row.syscall) : std::string();
}

}  // namespace caprec
