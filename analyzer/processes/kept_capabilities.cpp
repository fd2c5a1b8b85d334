// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/kept_capabilities.h"

namespace caprec {

void KeptCapabilities::add(std::string_view image, const OwnSets& sets) {
    auto known = by_image_.find(image);
    if (known == by_image_.end()) {
        if (by_image_.size() >= max_images) {
            limits_reached_ = true;
            return;
        }
        known = by_image_.emplace(image, OwnSets()).first;
    }
    known->second.add(sets);
}

std::vector<KeptNote> KeptCapabilities::notes(CapabilitySet needed) const {
    std::vector<KeptNote> notes;
    for (const auto& [image, sets] : by_image_) {
        const CapabilitySet unused = sets.kept - needed;
        if (!unused.empty())
            notes.push_back({.image = image, .capabilities = unused});
    }
    return notes;
}

std::vector<std::string> KeptCapabilities::lookers() const {
    std::vector<std::string> lookers;
    for (const auto& [image, sets] : by_image_)
        if (sets.looked && !sets.asked)
            lookers.push_back(image);
    return lookers;
}

}  // namespace caprec
