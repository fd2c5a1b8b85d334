// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_set>

#include "analyzer/containers/id_hash.h"
#include "analyzer/follow/annotated_check.h"

namespace caprec {

// Picks the checks that `events --unique` shows: the first one of each kind.
class EventFilter {
public:
    // Beyond this many different kinds, --unique shows checks again: memory stays bounded.
    static constexpr std::size_t max_distinct = 1u << 20;

    explicit EventFilter(bool unique) : unique_(unique) {}

    bool accepts(const AnnotatedCheck& check) { return !unique_ || is_new(check); }

private:
    struct Distinct {
        std::uint64_t capability, abi, syscall;
        ImageId image;
        std::uint32_t verdict;
        int error;
        bool granted;
        std::array<std::uint64_t, 7> parts() const {
            return {capability, abi, syscall, image.value(), verdict, static_cast<std::uint64_t>(error), granted};
        }
        friend bool operator==(const Distinct&, const Distinct&) = default;
    };

    bool is_new(const AnnotatedCheck& check);

    bool unique_;
    std::unordered_set<Distinct, KeyHash> seen_;
};

}  // namespace caprec
