// SPDX-License-Identifier: Apache-2.0
//
// kernel_sites.tsv as bytes of the program: a string literal of this size is beyond what compilers promise.
#include "analyzer/knowledge/knowledge.h"

asm(".section .rodata\n"
    ".global caprec_kernel_sites, caprec_kernel_sites_end\n"
    "caprec_kernel_sites:\n"
    ".incbin \"" CAPREC_KERNEL_SITES
    "\"\n"
    "caprec_kernel_sites_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" const char caprec_kernel_sites[], caprec_kernel_sites_end[];

namespace caprec {

std::string_view built_in_knowledge() {
    return {caprec_kernel_sites, static_cast<std::size_t>(caprec_kernel_sites_end - caprec_kernel_sites)};
}

}  // namespace caprec
