// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "recorder/scope.h"
#include "schema/run_info.h"

namespace caprec {

// When a file is full, and the next one begins; at most one member is set, none: there is one file.
struct Rotation {
    std::uint64_t seconds = 0, bytes = 0;
    bool is_wanted() const { return seconds != 0 || bytes != 0; }
};

struct RecordOptions {
    std::string output = "caprec.cap";  // "-": standard output
    std::string user;                   // name or number; empty: the caller
    std::uint64_t buffer_bytes = 0;     // 0: not given
    UserStackMode user_stacks = UserStackMode::snapshot;
    bool wait_for_descendants = false;
    bool walk_every_stack = false;
    bool only_kinds = false;
    bool quiet = false;
    bool verbose = false;
    std::string hook;  // CheckHook::word; empty: the best one that works
    ScopeRequest scope;
    std::uint64_t seconds = 0;         // how long to record; 0: until it ends, or is ended
    Rotation rotation;                 // then `output` is a pattern of strftime(3)
    std::vector<std::string> command;  // program and arguments; empty when the scope is another
};

enum class Request : std::uint8_t { record, help, version };

struct CommandLine {
    Request request = Request::record;
    RecordOptions options;
};

// The smallest ring buffer: the part reserved for process events must hold the largest exec event twice.
inline constexpr std::uint64_t min_buffer_bytes = 64u << 10;
inline constexpr std::uint64_t max_buffer_bytes = 1u << 30;

// The buffer size when none is given: snapshots of user stacks are a thousand times as large as a check.
std::uint64_t default_buffer_bytes(UserStackMode user_stacks);

// Everything after `--`, or from the first word that is not an option, is the command.  Throws Error.
CommandLine parse_command_line(const std::vector<std::string>& arguments);

std::string help_text();

// "90", "10m", "12h", "7d": seconds.  Throws Error.
std::uint64_t parse_duration(const std::string& text);

// "1h", "7d", or "64K", "10M": always with a unit.  Throws Error.
Rotation parse_rotation(const std::string& text);

// "64K", "16M", "1G" or bytes, rounded up to a power of two.  Throws Error.
std::uint64_t parse_buffer_size(const std::string& text);

}  // namespace caprec
