// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace caprec {

// Many strings in few blocks; strings that were returned stay where they are.
class StringArena {
public:
    static constexpr std::size_t block_bytes = std::size_t{64} << 10;

    std::string_view add(std::string_view bytes) {
        if (bytes.empty())
            return {};
        if (bytes.size() > free_) {
            const std::size_t size = std::max(bytes.size(), block_bytes);
            blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
            next_ = blocks_.back().get();
            free_ = size;
        }
        char* place = next_;
        std::memcpy(place, bytes.data(), bytes.size());
        next_ += bytes.size();
        free_ -= bytes.size();
        return {place, bytes.size()};
    }

private:
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* next_ = nullptr;
    std::size_t free_ = 0;
};

}  // namespace caprec
