// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/track_ids.h"

namespace caprec {

std::uint32_t TrackIds::number_of(std::uint32_t pid) {
    if (pid > 0 && pid < step) {
        const std::uint32_t use = uses_[pid]++;
        if (use < nameless / step - 1)
            return use * step + pid;
    }
    return nameless + nameless_count_++;
}

ProcessTrack& TrackIds::track(std::uint64_t process, std::uint32_t pid) {
    if (const auto known = tracks_.find(process); known != tracks_.end())
        return known->second;
    if (tracks_.size() >= max_processes || process == 0)
        return other_;
    const std::uint32_t number = number_of(pid);
    return tracks_.emplace(process, ProcessTrack{.number = number, .pid = number < nameless ? pid : 0}).first->second;
}

}  // namespace caprec
