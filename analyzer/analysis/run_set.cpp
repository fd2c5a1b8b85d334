// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/run_set.h"

#include <algorithm>

namespace caprec {
namespace {

void append(std::vector<RunRange>& ranges, RunRange next) {
    if (ranges.empty() || next.first > ranges.back().first + ranges.back().length) {
        ranges.push_back(next);
        return;
    }
    RunRange& last = ranges.back();
    last.length = std::max(last.first + last.length, next.first + next.length) - last.first;
}

}  // namespace

std::size_t RunSet::size() const {
    std::size_t size = 0;
    for (const RunRange& range : ranges_)
        size += range.length;
    return size;
}

RunSet& RunSet::operator|=(const RunSet& more) {
    if (more.empty() || ranges_ == more.ranges_)
        return *this;
    std::vector<RunRange> all, united;
    std::ranges::merge(ranges_, more.ranges_, std::back_inserter(all), {}, &RunRange::first, &RunRange::first);
    for (const RunRange& range : all)
        append(united, range);
    ranges_ = std::move(united);
    return *this;
}

RunSet RunSet::renumbered(std::span<const std::uint32_t> numbers) const {
    std::vector<std::uint32_t> runs;
    for (const RunRange& range : ranges_)
        for (std::uint32_t run = range.first; run < range.first + range.length && run < numbers.size(); ++run)
            runs.push_back(numbers[run]);
    std::ranges::sort(runs);
    std::vector<RunRange> ranges;
    for (const std::uint32_t run : runs)
        append(ranges, {run, 1});
    return RunSet(std::move(ranges));
}

}  // namespace caprec
