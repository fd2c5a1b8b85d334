// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "schema/ids.h"

namespace caprec {

constexpr std::uint64_t mix_bits(std::uint64_t x) {  // splitmix64's finalizer: a bijection
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

// Numbers in a trace are chosen by whoever wrote it: as each table has a seed of its own, nobody can choose them so
// that they all collide.  Never derive an order from these hashes.
class IdHash {
public:
    IdHash() : seed_(next_seed()) {}
    std::size_t operator()(std::uint64_t id) const { return mix_bits(id ^ seed_); }
    template <class Space, class Number> std::size_t operator()(Id<Space, Number> id) const {
        return (*this)(id.value());
    }

private:
    static std::uint64_t next_seed();

    std::uint64_t seed_;
};

// The same for keys of several numbers: for any type whose parts() is an array of all that tells two keys apart.
class KeyHash {
public:
    template <class Key> std::size_t operator()(const Key& key) const {
        std::uint64_t hash = 0;
        for (const std::uint64_t part : key.parts())
            hash = mix_(hash ^ part);
        return hash;
    }

private:
    IdHash mix_;
};

// The same for texts, whose std::hash is no secret.
class TextHash {
public:
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        std::uint64_t hash = text.size();
        for (std::uint64_t word = 0; !text.empty(); word = 0) {
            const std::string_view bytes = text.substr(0, sizeof word);
            std::memcpy(&word, bytes.data(), bytes.size());
            hash = mix_(hash ^ word);
            text.remove_prefix(bytes.size());
        }
        return hash;
    }

private:
    IdHash mix_;
};

}  // namespace caprec
