// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer's side: build with -DCAPREC_FUZZ=ON and clang, run `fuzz_trace DIRECTORY` with a directory that collects
// its finds.  It needs no seeds, as the mutator has some.
#include <algorithm>
#include <cstring>

#include "tests/fuzz/exercise.h"
#include "tests/fuzz/mutate.h"

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    caprec::exercise(std::as_bytes(std::span(data, size)));
    return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    using namespace caprec;
    RandomNumbers random(seed);
    // These are libFuzzer's own changes, which know the values that the code compares with, on the unpacked bytes.
    const auto change_words = [](std::vector<std::uint64_t>& words, RandomNumbers& numbers) {
        if (numbers() % 2 == 0)
            return change_words_at_random(words, numbers);
        const std::size_t bytes = words.size() * sizeof words[0];
        words.resize(words.size() + 8);
        const std::size_t changed =
            LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(words.data()), bytes, words.size() * sizeof words[0]);
        words.resize((changed + sizeof words[0] - 1) / sizeof words[0]);
    };
    const Bytes result = mutate(std::as_bytes(std::span(data, size)), random, change_words);
    const std::size_t length = std::min(result.size(), max_size);
    if (length > 0)
        std::memcpy(data, result.data(), length);
    return length;
}
}
