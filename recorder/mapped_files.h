// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>

#include "bpf/event.h"
#include "recorder/mapping_events.h"

namespace caprec {

// The kernel side's event of a mapping as perf would tell it, but without the build id.
MappingRecord mapping_record(const ev_mapping& event, std::span<const std::byte> name);

// Build ids of files that are mapped, read from the files: the kernel side does not know them.
class MappedFiles {
public:
    static constexpr std::size_t max_known = 4096;

    // Raw bytes; empty when the file has none, or is no longer found by its path.  `tgid`: the process that maps it, in
    // the recorder's PID namespace.
    std::string build_id(const MappingRecord& record, std::uint32_t tgid);

private:
    std::map<std::tuple<std::uint32_t, std::uint64_t, std::string>, std::string> known_;  // by device, inode and path
};

}  // namespace caprec
