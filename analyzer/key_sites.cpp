// SPDX-License-Identifier: Apache-2.0
#include "analyzer/key_sites.h"

#include <algorithm>

namespace caprec {
namespace {

constexpr std::uint32_t overcommit_identity = ~std::uint32_t{0};

}  // namespace

KeySites::Slot* KeySites::slot(std::uint64_t key) {
    if (key == 0) {
        return nullptr;
    }
    if (Slot* recent = recent_.find(key)) {
        return recent;
    }
    auto known = slots_.find(key);
    if (known == slots_.end()) {
        if (slots_.size() >= max_keys) {
            limits_reached_ = true;
            return nullptr;
        }
        known = slots_.emplace(key, Slot{}).first;
    }
    recent_.remember(key, &known->second);
    return &known->second;
}

void KeySites::record(std::uint64_t key, Id stack, std::uint32_t site, bool overcommit) {
    Slot* found = slot(key);
    if (found == nullptr || stack == 0 || found->entry.ambiguous) {
        return;
    }
    const std::uint32_t identity = overcommit ? overcommit_identity : site;
    if (!found->entry.walked) {
        found->identity = identity;
        found->entry.walked = true;
        found->entry.stack = stack;
        found->entry.site = site;
    } else if (found->identity != identity) {
        found->entry.ambiguous = true;
    }
}

void KeySites::record_error(std::uint64_t key, std::int32_t error) {
    Slot* found = slot(key);
    if (found == nullptr) {
        return;
    }
    Entry& entry = found->entry;
    const auto end = entry.errors.begin() + entry.errors_seen;
    if (end != entry.errors.end() && std::find(entry.errors.begin(), end, error) == end) {
        *end = error;
        ++entry.errors_seen;
    }
}

const KeySites::Entry* KeySites::find(std::uint64_t key) {
    if (Slot* recent = recent_.find(key)) {
        return &recent->entry;
    }
    const auto known = slots_.find(key);
    if (known == slots_.end()) {
        return nullptr;
    }
    recent_.remember(key, &known->second);
    return &known->second.entry;
}

}  // namespace caprec
