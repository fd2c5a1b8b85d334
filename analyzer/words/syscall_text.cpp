// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/syscall_text.h"

#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {

std::string syscall_text(const CheckRow& row) {
    const bool known = is_one_of<Abi>(row.abi);
    return known ? syscall_name(static_cast<Abi>(row.abi), row.syscall) : std::string();
}

}  // namespace caprec
