// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace caprec {

// 128 bits that stand for a content, so that a table of known contents needs the same few bytes for each, whatever a
// hostile command does.  It begins with a random seed, so that nobody can make two contents collide.
struct Digest {
    std::uint64_t a = 0, b = 0;

    static Digest seed();  // throws Error
    void add(std::uint64_t word);
    void add(std::string_view text);

    friend bool operator==(const Digest&, const Digest&) = default;
    struct Hash {
        std::size_t operator()(const Digest& digest) const { return digest.a; }
    };
};

}  // namespace caprec
