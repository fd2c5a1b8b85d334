// SPDX-License-Identifier: Apache-2.0
#include "recorder/digest.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "schema/error.h"

namespace caprec {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x9fb21c651e98df25U;
    return hash ^ hash >> 32;
}

}  // namespace

Digest Digest::seed() {
    Digest digest;
    if (getrandom(&digest, sizeof digest, 0) != sizeof digest)
        throw Error("cannot get random bytes: " + errno_text(errno));
    return digest;
}

void Digest::add(std::uint64_t word) {
    a = mixed(a, word);
    b = mixed(b, word + a);
}

void Digest::add(std::string_view text) {
    add(text.size());
    for (; !text.empty(); text.remove_prefix(text.size() < 8 ? text.size() : 8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), text.size() < 8 ? text.size() : 8);
        add(word);
    }
}

}  // namespace caprec
