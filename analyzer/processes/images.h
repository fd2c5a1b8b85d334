// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "analyzer/analysis/image_name.h"
#include "analyzer/containers/id_hash.h"

namespace caprec {

// Numbers the names of programs.
class Images {
public:
    static constexpr ImageId unknown{};  // ""
    static constexpr ImageId other{1};   // "(other)": beyond the limits
    static constexpr std::size_t max_images = 1u << 16, max_bytes = 32u << 20, max_path_bytes = 4096,
                                 max_name_bytes = max_path_bytes + max_place_bytes;

    Images();
    ImageId intern(std::string_view name);
    std::string_view path(ImageId id) const { return paths_[id.value()]; }
    bool limits_reached() const { return limits_reached_; }
    const std::deque<std::string>& paths() const { return paths_; }

private:
    std::deque<std::string> paths_;
    std::unordered_map<std::string_view, ImageId, TextHash> numbers_;  // views of paths_
    std::size_t bytes_ = 0;
    bool limits_reached_ = false;
};

}  // namespace caprec
