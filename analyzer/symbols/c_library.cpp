// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/c_library.h"

#include <algorithm>
#include <iterator>

namespace caprec {

bool is_c_library(std::string_view module) {
    constexpr std::string_view beginnings[] = {"libc.so", "libc-", "ld-", "ld.so", "libpthread", "[vdso]"};
    const std::string_view name = module.substr(module.rfind('/') + 1);
    return std::any_of(std::begin(beginnings), std::end(beginnings),
                       [&](std::string_view beginning) { return name.starts_with(beginning); });
}

}  // namespace caprec
