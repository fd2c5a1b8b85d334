// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/snapshot.h"

#include <algorithm>
#include <optional>

namespace caprec {

void Snapshot::load(const UserStack& stack) {
    words_.assign(std::min<std::size_t>(stack.bytes, max_bytes) / 8, 0);
    const std::size_t count = std::min(stack.places.size(), stack.pointers.size());
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<UserPointer> pointer = decode_pointer(stack.pointers[i]);
        if (pointer && stack.places[i] < words_.size())
            words_[stack.places[i]] = address_of(*pointer);
    }
}

}  // namespace caprec
