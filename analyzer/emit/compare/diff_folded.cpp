// SPDX-License-Identifier: Apache-2.0
//
// The format that difffolded.pl of Brendan Gregg's FlameGraph writes and flamegraph.pl reads: a stack, a space, the
// number of checks that the old run made there, a space, and the number of the new one.
#include <string_view>
#include <utility>

#include "analyzer/emit/compare/diff.h"

namespace caprec {

void diff_folded(const DiffView& view, const TextStyle&, std::ostream& out) {
    std::map<std::string_view, std::pair<std::uint64_t, std::uint64_t>> lines;
    if (view.stacks_before != nullptr)
        for (const auto& [stack, count] : *view.stacks_before)
            lines[stack].first = count;
    if (view.stacks_after != nullptr)
        for (const auto& [stack, count] : *view.stacks_after)
            lines[stack].second = count;
    for (const auto& [stack, counts] : lines)
        out << stack << ' ' << counts.first << ' ' << counts.second << '\n';
}

}  // namespace caprec
