// SPDX-License-Identifier: Apache-2.0
#include "analyzer/containers/id_hash.h"

#include <atomic>
#include <random>

namespace caprec {

// The processor's source of random numbers is slow, and shared by all its cores, so it is asked only once.
std::uint64_t IdHash::next_seed() {
    static const std::uint64_t first = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
    static std::atomic<std::uint64_t> tables = 0;
    return mix_bits(first + mix_bits(++tables));
}

}  // namespace caprec
