// SPDX-License-Identifier: Apache-2.0
// The same as fuzz_trace, for knowledge files: `fuzz_knowledge DIRECTORY`.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "tests/fuzz/exercise.h"
#include "tests/fuzz/mutate_knowledge.h"

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    caprec::exercise_knowledge({reinterpret_cast<const char*>(data), size});
    return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    caprec::RandomNumbers random(seed);
    if (size > 0 && random() % 3 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    const std::string result = caprec::mutate_knowledge({reinterpret_cast<const char*>(data), size}, random);
    const std::size_t length = std::min(result.size(), max_size);
    if (length > 0)
        std::memcpy(data, result.data(), length);
    return length;
}
}
