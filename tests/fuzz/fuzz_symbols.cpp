// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer's side for ELF files and user stacks; see fuzz_trace.cpp.
#include <algorithm>
#include <cstring>

#include "tests/fuzz/exercise_symbols.h"

extern "C" {

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    caprec::RandomNumbers random(size);
    caprec::exercise_elf({reinterpret_cast<const char*>(data), size}, random);
    return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    caprec::RandomNumbers random(seed);
    const std::string_view file(reinterpret_cast<const char*>(data), size);
    const auto samples = caprec::sample_elf_files();
    const std::string result = caprec::mutate_elf(size < 64 ? samples[seed % samples.size()] : file, random);
    const std::size_t length = std::min(result.size(), max_size);
    std::memcpy(data, result.data(), length);
    return length;
}
}
