// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace caprec {

// Properties of a syscall that the rules look at.
struct SyscallTraits {
    enum class Sets : std::uint8_t { nothing, uid, gid, groups };

    bool asks_for_access = false;           // access(2) and the like: asks about permission instead of using it
    std::uint8_t access_flags = 0;          // number of the argument with AT_EACCESS, from 1; 0: none
    bool accounts_memory = false;           // may ask the memory-overcommit test
    bool new_namespaces_by_flag = false;    // clone, unshare: flags in argument 0 may ask for new namespaces
    bool new_namespaces_by_memory = false;  // clone3: its flags are in memory that was not recorded
    bool mounts = false;                    // mount and the like: another credential that it asks is a copy of our own
    bool result_elsewhere = false;          // io_uring_enter: results of its requests are in their completions
    bool executes = false;                  // execve and the like
    bool looks_up = false;                  // finds out whether something is there, as along a PATH
    bool opens_event = false;               // perf_event_open
    bool bpf = false;                       // argument 0 is a command of bpf(2)
    bool joins_namespace = false;           // setns
    bool sets_limit = false;                // setrlimit, prlimit64
    bool of_several = false;                // setpriority and the like: argument 0 says whom they are about
    std::uint8_t of_one = 0;                // ... the value of argument 0 that means one task
    bool reads_at = false;                  // argument 2 is the length of the read, argument 3 its offset
    bool fanotify_init = false;             // argument 0 has its flags; fanotify_mark has them in argument 1
    bool socket_option = false;             // argument 1 is a level, argument 2 an option
    Sets sets = Sets::nothing;              // setuid, setgid: all ids to argument 0; setgroups
    bool writes = false;                    // write and the like
    std::uint8_t open_argument = 0;         // number of the argument with the flags of open(2), from 1; 0: none
    std::uint8_t signal_argument = 0;       // number of the argument that is a signal, from 1; 0: none
    bool mode_in_memory = false;            // openat2: a mode is given, but was not recorded
    std::uint8_t mode_argument = 0;         // number of the argument that is a file mode, from 1; 0: none
};

// Traits by ABI and number; syscalls without an entry have none.
class SyscallTable {
public:
    SyscallTable();
    SyscallTraits traits(std::uint64_t abi, std::uint64_t number) const;

private:
    static constexpr std::size_t abis = 6, numbers = 1024;
    std::array<std::vector<SyscallTraits>, abis> by_abi_;
};

}  // namespace caprec
