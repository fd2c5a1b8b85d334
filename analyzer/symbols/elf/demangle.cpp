// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/demangle.h"

#define HAVE_DECL_BASENAME 1  // libiberty has one of its own otherwise
#include <libiberty/demangle.h>
#include <csetjmp>
#include <cstring>

namespace caprec {
namespace {

struct Output {
    std::jmp_buf too_long;
    std::size_t length = 0;
    char text[max_demangled_bytes];
};

// A short symbol may stand for gigabytes of text, so the demangler is left in the middle, as there is no other way out.
// At that point it holds no memory except the stack.
void append(const char* bytes, std::size_t count, void* opaque) {
    auto& output = *static_cast<Output*>(opaque);
    if (count > max_demangled_bytes - output.length)
        std::longjmp(output.too_long, 1);
    std::memcpy(output.text + output.length, bytes, count);
    output.length += count;
}

using Demangler = int (*)(const char*, int, demangle_callbackref, void*);

// No object with a destructor may live in here, or in what this calls.
bool run(Demangler demangler, const char* symbol, Output& output) {
    output.length = 0;
    if (setjmp(output.too_long) != 0)
        return false;
    return demangler(symbol, DMGL_PARAMS | DMGL_ANSI, append, &output) != 0;
}

}  // namespace

std::string demangle(const std::string& symbol) {
    if (symbol.size() > max_symbol_bytes)
        return symbol.substr(0, max_symbol_bytes);
    if (!symbol.starts_with("_Z") && !symbol.starts_with("_R"))
        return symbol;
    Output output;
    if (run(::rust_demangle_callback, symbol.c_str(), output) ||
        run(::cplus_demangle_v3_callback, symbol.c_str(), output))
        return {output.text, output.length};
    return symbol;
}

}  // namespace caprec
