// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace caprec {

// What only /proc tells of a process that was there before.  A number may have been given to another process since: the
// kernel side's own storage for the process, which a pidfd leads to, says whose it is.
class RunningProcesses {
public:
    RunningProcesses(int tasks, std::size_t value_bytes) : tasks_(tasks), value_bytes_(value_bytes) {}

    // Its argv as in memory, each with its final NUL, up to 128 KiB; empty when it has ended, or has none.  `process`
    // is our id, `tgid` its number in the recorder's PID namespace.
    std::string arguments(std::uint64_t process, std::uint32_t tgid) const;

private:
    bool is_process(int pidfd, std::uint64_t process) const;

    int tasks_;
    std::size_t value_bytes_;
};

}  // namespace caprec
