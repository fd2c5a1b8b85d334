// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_set>

#include "analyzer/containers/id_hash.h"
#include "analyzer/follow/annotated_check.h"

namespace caprec {

// Picks the checks that `events` shows: without the noise, and with --unique the first one of each kind.
class EventFilter {
public:
    enum class Noise : bool { shown, left_out };

    // Beyond this many different kinds, --unique shows checks again: memory stays bounded.
    static constexpr std::size_t max_distinct = 1u << 20;

    EventFilter(bool unique, Noise noise) : unique_(unique), noise_(noise) {}

    bool accepts(const AnnotatedCheck& check) { return !leaves_out(check) && (!unique_ || is_new(check)); }
    std::uint64_t left_out() const { return left_out_; }  // checks that are noise and were not accepted

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

    bool leaves_out(const AnnotatedCheck& check);
    bool is_new(const AnnotatedCheck& check);

    bool unique_;
    Noise noise_;
    std::uint64_t left_out_ = 0;
    std::unordered_set<Distinct, KeyHash> seen_;
};

}  // namespace caprec
