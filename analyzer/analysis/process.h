// SPDX-License-Identifier: Apache-2.0
//
// The processes of a run and the files they were made from.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/keeper.h"
#include "analyzer/analysis/privilege.h"
#include "schema/capability.h"

namespace caprec {

// A program or library that was mapped where user stacks were taken.
struct LoadedFile {
    std::string path, build_id;  // the id as raw bytes; empty: not known
    friend auto operator<=>(const LoadedFile&, const LoadedFile&) = default;
};

// The facts that the trace has about an executable apart from its path.
struct ProgramFile {
    std::string image;
    std::uint64_t device = 0, inode = 0;  // device: major << 20 | minor
    std::string content;                  // build id or SHA-256, raw bytes; empty: not known
    bool is_build_id = false;
    std::uint32_t mode = 0, owner = 0, group = 0;  // mode 0: not known, nor is the owner
    std::uint64_t mount_namespace = 0;             // that of its process
    std::string root;                              // the process's root there, in front of the path; empty: none
    bool capabilities_known = false, effective = false;
    CapabilitySet permitted, inheritable;
    std::uint32_t root_id = 0;
    bool gained = false;  // executing it gave more capabilities, or other effective ids: no_new_privs forbids that
    friend auto operator<=>(const ProgramFile&, const ProgramFile&) = default;
};

// A program that a process ran between one exec and the next, and what was asked while it ran.
struct Program {
    std::string image;              // path of the executable
    std::vector<std::string> argv;  // empty, like image: this entry is about the time before the first exec
    bool argv_truncated = false;
    std::uint32_t file = 0;                  // number in Analysis::program_files, from 1; 0: not known
    CapabilitySet granted, denied, checked;  // as in Process, for this program alone
};

struct Process {
    static constexpr std::size_t max_programs = 16, max_path_bytes = 4096;

    std::uint64_t id = 0, parent = 0;  // parent 0: the command itself, or unknown
    std::uint32_t tgid = 0;            // in the recorder's PID namespace
    std::string comm;                  // the last one
    std::string image;                 // path of the last executable; empty: it never ran exec, see comm
    std::vector<std::string> argv;     // the arguments of the last exec; inherited through fork
    bool argv_truncated = false;
    std::uint32_t file = 0;  // file of the last exec: number in Analysis::program_files, from 1; 0: not known
    std::uint32_t exec_count = 0, thread_count = 0;
    std::uint32_t uid = 0;  // effective, the newest known
    bool uid_known = false;
    std::uint64_t start = 0;  // ns, monotonic; 0: before that clock began to count, or not known
    std::optional<std::uint64_t> end;
    std::optional<int> exit_status, signal;  // neither: it was alive at the end, its exit was lost, or withheld
    bool alive_at_end = false;
    bool placeholder = false;   // known only from its checks: its start was lost
    bool there_before = false;  // it ran before the recording, or before it came into what is recorded
    std::string cgroup;         // path of the last cgroup, from the root of the hierarchy; empty: not known
    std::uint64_t pid_namespace = 0, network_namespace = 0, mount_namespace = 0;  // inodes; 0: not known
    Keeper keeper;
    CapabilitySet granted, denied;  // verdicts required, alternative or unclassified / missing
    Holdings holdings;              // of its last program, up to its end
    CapabilitySet checked;          // all that the kernel asked for; lacks what is in `granted` without a check

    // The programs one after the other, when there is more to say than above: after more than one exec, or when
    // something was granted or denied before the first exec, which makes a first entry without image and argv.
    // Execs beyond max_programs: the first ones and the last are here, those between are summed up in left_out.
    // Empty: one program, which the fields above describe, or none; with exec_count above 1: too many processes had
    // too much to say.
    std::vector<Program> programs;
    std::uint32_t programs_left_out = 0;
    Program left_out;  // the sets only
};

}  // namespace caprec
