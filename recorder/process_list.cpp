// SPDX-License-Identifier: Apache-2.0
#include "recorder/process_list.h"

#include <algorithm>

#include "recorder/comm.h"

namespace caprec {

void ProcessList::on(const ev_task& task) {
    if (task.process != task.header.thread)
        return;
    ++started_;
    alive_[task.process] = {task.recorder_tgid, std::string(comm_of(task.comm)), task.start_time};
}

void ProcessList::on(const ev_rename& rename) {
    if (const auto found = alive_.find(rename.header.thread); found != alive_.end())
        found->second.comm = comm_of(rename.comm);
}

void ProcessList::on(const ev_exit& exit) {
    if (exit.last != 0)
        alive_.erase(exit.process);
}

std::uint32_t ProcessList::tgid(std::uint64_t process) const {
    const auto found = alive_.find(process);
    return found != alive_.end() ? found->second.tgid : 0;
}

std::uint64_t ProcessList::start_time(std::uint64_t process) const {
    const auto found = alive_.find(process);
    return found != alive_.end() ? found->second.start_time : 0;
}

std::vector<Survivor> ProcessList::survivors(std::size_t at_most) const {
    std::vector<Survivor> all;
    all.reserve(alive_.size());
    for (const auto& [process, entry] : alive_)
        all.push_back({process, entry.tgid, entry.comm});
    std::sort(all.begin(), all.end(), [](const Survivor& a, const Survivor& b) { return a.process < b.process; });
    all.resize(std::min(all.size(), at_most));
    return all;
}

}  // namespace caprec
