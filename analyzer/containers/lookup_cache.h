// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace caprec {

// The few entries of a map that are in use just now, by id: a trace interleaves as many threads as there are CPUs, and
// asks for the same ones again and again.  Whoever erases an entry from the map must forget it here.
template <class Value> class LookupCache {
public:
    Value* find(std::uint64_t id) const {
        const Slot& slot = slots_[id % slots_.size()];
        return slot.id == id ? slot.value : nullptr;
    }
    // The entry of `map`, which is remembered; null when there is none.
    template <class Map> Value* find_in(Map& map, std::uint64_t id) {
        if (Value* recent = find(id))
            return recent;
        const auto known = map.find(id);
        if (known == map.end())
            return nullptr;
        remember(id, &known->second);
        return &known->second;
    }
    void remember(std::uint64_t id, Value* value) { slots_[id % slots_.size()] = {id, value}; }
    void forget(std::uint64_t id) {
        if (find(id) != nullptr)
            slots_[id % slots_.size()] = {};
    }

private:
    struct Slot {
        std::uint64_t id = 0;
        Value* value = nullptr;
    };
    std::array<Slot, 64> slots_{};
};

}  // namespace caprec
