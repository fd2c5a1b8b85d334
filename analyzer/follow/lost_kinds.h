// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/analysis/verdict.h"
#include "analyzer/sites/key_sites.h"
#include "schema/event_rows.h"

namespace caprec {

// First-seen rows of kinds of check, or of outcomes of one, that are not among the recorded checks.  Whether they
// count is known at the end: only the footer says whether anything was lost.
class LostKinds {
public:
    static constexpr std::size_t max_rows = 1u << 16;

    struct Kind {
        CheckRow row;
        std::uint64_t count = 0;
        NoOutcome outcome = NoOutcome::lost;
        std::int64_t value = 0;  // the syscall's return value, when the outcome is known
    };

    // The row is the first of its kind: what is known only of it (its object, what came after it in its syscall) says
    // nothing about the others.  `recorded` is the entry of the row's key; null: none was recorded.
    void add(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes,
             const KeySites::Entry* recorded);

    const std::vector<Kind>& kinds() const { return kinds_; }
    void clear() { kinds_.clear(); }
    bool limits_reached() const { return limits_reached_; }

private:
    void keep(const Kind& kind);

    std::vector<Kind> kinds_;
    bool limits_reached_ = false;
};

}  // namespace caprec
