// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/syscall_layer.h"

#include <algorithm>
#include <iterator>

namespace caprec {
namespace {

template <std::size_t Count>
bool starts_with_one_of(std::string_view text, const std::string_view (&beginnings)[Count]) {
    return std::any_of(std::begin(beginnings), std::end(beginnings),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace

bool is_c_library(std::string_view module) {
    constexpr std::string_view beginnings[] = {"libc.so", "libc-", "ld-", "ld.so", "libpthread", "[vdso]"};
    return starts_with_one_of(module.substr(module.rfind('/') + 1), beginnings);
}

bool is_syscall_package(std::string_view function) {
    constexpr std::string_view beginnings[] = {"syscall.", "internal/runtime/syscall.", "runtime/internal/syscall.",
                                               "internal/syscall/", "golang.org/x/sys/unix."};
    return starts_with_one_of(function, beginnings);
}

}  // namespace caprec
