// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/follow/annotated_check.h"

namespace caprec {

// The user's choice of checks.  Empty: all.  Several values of one filter are alternatives; different filters must all
// hold.
struct EventChoice {
    std::vector<std::uint32_t> pids;  // process or thread, in the recorder's PID namespace
    std::vector<std::string> comms;
    std::vector<std::string> images;  // a whole path, or its last component
    CapabilitySet capabilities;
    std::vector<Verdict> verdicts;
    std::optional<bool> granted;
    bool unique = false;  // only the first one of each kind
};

// Whether the user named this executable: by its path, or the last part of it.
bool is_image(std::string_view image, const std::vector<std::string>& wanted);

// Picks the checks that `events` shows.
class EventFilter {
public:
    // Beyond this many different kinds, --unique shows checks again: memory stays bounded.
    static constexpr std::size_t max_distinct = 1u << 20;

    explicit EventFilter(const EventChoice& choice) : choice_(choice) {}  // keeps a reference

    bool accepts(const AnnotatedCheck& check);
    // Refused calls have no capability, verdict or answer, so they are not accepted when one of these was asked for.
    bool accepts(const RefusedCall& refused) const;

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

    bool matches(const AnnotatedCheck& check) const;
    bool is_new(const AnnotatedCheck& check);

    const EventChoice& choice_;
    std::unordered_set<Distinct, KeyHash> seen_;
};

}  // namespace caprec
