// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "bpf/event.h"
#include "schema/run_info.h"

namespace caprec {

// The followed processes that are alive, to name those that outlive the recording.  It is as large as the number of
// processes at one time.
class ProcessList {
public:
    void on(const ev_task& task);
    void on(const ev_rename& rename);
    void on(const ev_exit& exit);

    std::uint32_t tgid(std::uint64_t process) const;  // in the recorder's PID namespace; 0: it is not alive

    std::uint64_t start_time(std::uint64_t process) const;  // ns, boot time; 0: it was not there before

    std::uint64_t started() const { return started_; }  // processes, the command's included
    std::uint64_t alive() const { return alive_.size(); }
    std::vector<Survivor> survivors(std::size_t at_most) const;  // sorted by id

private:
    struct Entry {
        std::uint32_t tgid = 0;
        std::string comm;
        std::uint64_t start_time = 0;
    };
    std::unordered_map<std::uint64_t, Entry> alive_;  // by process id, which is the first thread's id
    std::uint64_t started_ = 0;
};

}  // namespace caprec
