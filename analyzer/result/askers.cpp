// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/askers.h"

#include <algorithm>

namespace caprec {

std::ptrdiff_t Askers::add(Asker asker) {
    if (!askers_.empty() && askers_.back() == asker)
        return 0;
    const auto before = static_cast<std::ptrdiff_t>(askers_.size());
    askers_.push_back(asker);
    if (askers_.size() >= compact_at_) {
        std::ranges::sort(askers_);
        askers_.erase(std::unique(askers_.begin(), askers_.end()), askers_.end());
        compact_at_ = std::max<std::size_t>(64, 2 * askers_.size());
    }
    return static_cast<std::ptrdiff_t>(askers_.size()) - before;
}

std::ptrdiff_t Askers::add(const Askers& others) {
    std::ptrdiff_t grown = 0;
    for (const Asker asker : others.askers_)
        grown += add(asker);
    return grown;
}

}  // namespace caprec
