// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/syscall_layer.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "schema/last_part.h"

namespace caprec {
namespace {

enum class Rest : std::uint8_t { none, version, any };

struct LibraryName {  // the name up to ".so"
    std::string_view beginning;
    Rest rest;
};

// "libc-client", or a program "ld-something", is not one of these.
constexpr LibraryName c_library_names[] = {
    {"libc", Rest::none},       // libc.so.6, libc.so of musl
    {"libc-", Rest::version},   // libc-2.31.so
    {"libc.musl-", Rest::any},  // libc.musl-x86_64.so.1
    {"libpthread", Rest::any},  // libpthread.so.0, libpthread-2.31.so
    {"ld", Rest::none},         // ld.so, ld.so.1
    {"ld64", Rest::none},       // ld64.so.2
    {"ld-", Rest::version},     // ld-2.31.so
    {"ld-linux", Rest::any},    // ld-linux.so.2, ld-linux-x86-64.so.2
    {"ld-musl-", Rest::any},    // ld-musl-x86_64.so.1
};

bool is_called(std::string_view name, const LibraryName& library) {
    if (!name.starts_with(library.beginning))
        return false;
    const std::string_view rest = name.substr(library.beginning.size());
    switch (library.rest) {
        case Rest::none: return rest.empty();
        case Rest::version: return !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
        case Rest::any: break;
    }
    return true;
}

// The name before ".so"; empty when it is not a library.  After ".so" there may be a version, and " (deleted)".
std::string_view before_so(std::string_view file) {
    constexpr std::string_view so = ".so";
    for (std::size_t at = file.find(so); at != std::string_view::npos; at = file.find(so, at + 1)) {
        const std::string_view behind = file.substr(at + so.size());
        if (behind.empty() || behind[0] == '.' || behind[0] == ' ')
            return file.substr(0, at);
    }
    return {};
}

template <std::size_t Count>
bool starts_with_one_of(std::string_view text, const std::string_view (&beginnings)[Count]) {
    return std::any_of(std::begin(beginnings), std::end(beginnings),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace

bool is_c_library(std::string_view module) {
    const std::string_view name = before_so(last_part(module));
    return module == "[vdso]" ||
           (!name.empty() && std::any_of(std::begin(c_library_names), std::end(c_library_names),
                                         [&](const LibraryName& library) { return is_called(name, library); }));
}

bool is_syscall_package(std::string_view function) {
    constexpr std::string_view beginnings[] = {"syscall.", "internal/runtime/syscall.", "runtime/internal/syscall.",
                                               "internal/syscall/", "golang.org/x/sys/unix."};
    return starts_with_one_of(function, beginnings);
}

}  // namespace caprec
