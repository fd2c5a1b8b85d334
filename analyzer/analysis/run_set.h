// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "schema/merged_rows.h"

namespace caprec {

// A set of run numbers.  It takes memory for each gap, not for each run: most kinds of check are made by all runs, or
// few.
class RunSet {
public:
    RunSet() = default;
    // The ranges are ascending and do not touch each other.
    explicit RunSet(std::span<const RunRange> ranges) : ranges_(ranges.begin(), ranges.end()) {}
    static RunSet of(std::uint32_t run) { return RunSet(std::vector<RunRange>{{run, 1}}); }

    bool empty() const { return ranges_.empty(); }
    std::size_t size() const;
    const std::vector<RunRange>& ranges() const { return ranges_; }

    RunSet& operator|=(const RunSet& more);
    // The same runs under other numbers: numbers[n] instead of n.  Those beyond `numbers` are left out.
    RunSet renumbered(std::span<const std::uint32_t> numbers) const;

    friend bool operator==(const RunSet&, const RunSet&) = default;

private:
    explicit RunSet(std::vector<RunRange> ranges) : ranges_(std::move(ranges)) {}

    std::vector<RunRange> ranges_;
};

}  // namespace caprec
