// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/event_stream.h"
#include "analyzer/id_hash.h"
#include "analyzer/options.h"

namespace caprec {

// Whether the user named this executable: by its path, or the last part of it.
bool is_image(std::string_view image, const std::vector<std::string>& wanted);

// Which checks `events` shows.
class EventFilter {
public:
    // Beyond this many different kinds, --unique shows checks again: memory stays bounded.
    static constexpr std::size_t max_kinds = 1u << 20;

    explicit EventFilter(const EventsOptions& options) : options_(options) {}  // keeps a reference

    bool accepts(const AnnotatedCheck& check);
    // Not when capabilities, verdicts or answers were asked for: it has none.
    bool accepts(const RefusedCall& refused) const;

private:
    struct Kind {
        std::uint64_t capability, abi, syscall;
        std::uint32_t image, verdict;
        int error;
        bool granted;
        std::array<std::uint64_t, 7> parts() const {
            return {capability, abi, syscall, image, verdict, static_cast<std::uint64_t>(error), granted};
        }
        friend bool operator==(const Kind&, const Kind&) = default;
    };

    bool matches(const AnnotatedCheck& check) const;
    bool is_new(const AnnotatedCheck& check);

    const EventsOptions& options_;
    std::unordered_set<Kind, KeyHash> seen_;
};

}  // namespace caprec
