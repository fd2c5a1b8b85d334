// SPDX-License-Identifier: Apache-2.0
//
// What is recorded when it is not a command: processes that run already.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "recorder/caller.h"
#include "schema/run_info.h"

namespace caprec {

// As it was asked for.  At most one member is set; none: a command.
struct ScopeRequest {
    std::vector<pid_t> processes;
    std::string cgroup;     // below the mount of cgroup v2, or absolute
    std::string unit;       // of systemd, with or without ".service"
    std::string container;  // a prefix of an id
    bool machine = false;

    bool is_command() const {
        return processes.empty() && cgroup.empty() && unit.empty() && container.empty() && !machine;
    }
};

struct Scope {
    RecordingScope kind = RecordingScope::command;
    std::vector<std::string> names;  // process numbers, or the cgroup's path in its hierarchy
    std::vector<pid_t> processes;
    std::uint64_t cgroup_id = 0;  // the kernel's number
};

// Finds out what that is on this machine, and whether the caller may know of it.  Throws Error.
Scope find_scope(const ScopeRequest& request, const Caller& caller);

// The processes that can read the other end of the pipe that `fd` writes to; empty: it is no pipe.
std::vector<pid_t> readers_of(int fd);

}  // namespace caprec
