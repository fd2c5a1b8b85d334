// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "analyzer/follow/memo.h"
#include "schema/run_info.h"

namespace caprec {

// A recording of kinds has each kind of check once for each of the ways in which its call went, and counts the others.
// They are as those that were recorded: this finds the one that each count belongs to.
class Repeats {
public:
    static constexpr std::size_t max_checks = 1u << 17;

    // A recorded check, as it was judged.  The first one of its key and error stands for those that were counted.
    void note(const AttributedCheck& check, const Memo& memo, std::int64_t value);
    void add(const KindCount& count);

    struct Recorded {
        AttributedCheck check;
        Memo memo;
        std::int64_t value = 0;  // of its syscall
    };
    // Calls `visit` with each check that was counted more often than it was recorded, and how much more often.
    void visit(const std::function<void(const Recorded& check, std::uint64_t more)>& visit) const;

    bool limits_reached() const { return limits_reached_; }

private:
    struct Kind {
        Recorded first;
        std::uint64_t recorded = 0;
    };
    using Place = std::pair<std::uint64_t, std::int64_t>;  // key; error, or `without` one
    static constexpr std::int64_t without = -1;            // its outcome is not known, or there is none
    std::map<Place, Kind> kinds_;
    std::map<Place, std::uint64_t> counts_;
    bool limits_reached_ = false;
};

}  // namespace caprec
