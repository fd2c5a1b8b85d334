// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/ambient_raises.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/classify/given_up.h"

namespace caprec {

bool AmbientRaises::waits(const CredentialChangeRow& row) {
    constexpr std::size_t most_raises = 64;
    const Credential* before = is_call(row, "prctl") ? reader_.credential(row.before) : nullptr;
    const Credential* after = reader_.credential(row.after);
    if (before == nullptr || after == nullptr || (after->ambient - before->ambient).empty() ||
        (raises_.size() >= max_threads && !raises_.contains(row.thread)))
        return false;
    Raises& raises = raises_[row.thread];
    if (raises.size() >= most_raises)
        return false;
    raises.push_back(row);
    return true;
}

bool AmbientRaises::of_all_it_held(const Raises& raises) const {
    const Credential& before = *reader_.credential(raises.front().before);
    const Credential& after = *reader_.credential(raises.back().after);
    return raises.size() > 1 && (before.permitted - after.ambient).empty();
}

std::vector<CredentialChangeRow> AmbientRaises::end(std::uint64_t thread) {
    const auto known = raises_.find(thread);
    if (known == raises_.end())
        return {};
    Raises raises = std::move(known->second);
    raises_.erase(known);
    return of_all_it_held(raises) ? Raises() : raises;
}

std::vector<CredentialChangeRow> AmbientRaises::end() {
    std::vector<std::uint64_t> threads;
    for (const auto& [thread, raises] : raises_)
        threads.push_back(thread);
    std::ranges::sort(threads);  // the same answer each time
    Raises all;
    for (const std::uint64_t thread : threads)
        std::ranges::copy(end(thread), std::back_inserter(all));
    return all;
}

}  // namespace caprec
