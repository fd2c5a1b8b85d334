// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/mutate.h"

namespace caprec {

// Small ELF files to change: a library with debug information, a program of Go's kind, the kernel's vdso.
std::vector<std::string> sample_elf_files();

// Another file, made by a few changes to headers, tables and the sections that are read, and sometimes cut.
std::string mutate_elf(std::string_view file, RandomNumbers& random);

// Takes the bytes for an ELF file that came with a trace: unwinds stacks with pointers to anywhere in it, asks for
// names, packs it.  It must return for any bytes, and aborts when a promise of the interfaces is broken.  True: it was
// one.
bool exercise_elf(std::string_view file, RandomNumbers& random);

// The same for a file of this machine, whose DWARF is read, too.
bool exercise_debug_info(std::string_view file, RandomNumbers& random);

}  // namespace caprec
