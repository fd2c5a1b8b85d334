// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>

namespace caprec {

constexpr std::uint64_t mix_bits(std::uint64_t x) {  // splitmix64's finalizer: a bijection
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

// Numbers in a trace are chosen by whoever wrote it: with a seed of its own for each table, nobody can choose
// them so that they all collide.  Never decide an order by it.
class IdHash {
public:
    IdHash() : seed_(next_seed()) {}
    std::size_t operator()(std::uint64_t id) const { return mix_bits(id ^ seed_); }

private:
    // The processor's source of random numbers is slow, and shared by all its cores, so it is asked only once.
    static std::uint64_t next_seed() {
        static const std::uint64_t first = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
        static std::atomic<std::uint64_t> tables = 0;
        return mix_bits(first + mix_bits(++tables));
    }

    std::uint64_t seed_;
};

}  // namespace caprec
