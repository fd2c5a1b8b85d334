// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <random>
#include <span>

#include "tests/support/memory_stream.h"

namespace caprec {

using RandomNumbers = std::mt19937_64;

// Changes the words of a chunk in place.
using ChangeWords = std::function<void(std::vector<std::uint64_t>& words, RandomNumbers& random)>;

// Another trace, made by a few changes: to words inside of chunks, to the sequence of chunks and, sometimes, to the
// packed bytes.  Checksums are mended (but for the last), so that the changes are met behind them.  Bytes that are
// no trace give a sample.
Bytes mutate(std::span<const std::byte> trace, RandomNumbers& random, const ChangeWords& change_words);

// Makes changes that are likely to hit pointers, counts and ids.
void change_words_at_random(std::vector<std::uint64_t>& words, RandomNumbers& random);

}  // namespace caprec
