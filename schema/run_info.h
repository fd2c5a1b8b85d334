// SPDX-License-Identifier: Apache-2.0
//
// The trace's facts about the recording as a whole: its first and last chunk in memory.  trace.capnp documents the
// fields.  Strings that come from the system are raw bytes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "schema/trace_tables.h"

namespace caprec {

inline constexpr unsigned format_version = 4;
inline constexpr unsigned oldest_sufficient_version = 1;  // its readers say nothing wrong of today's traces

struct Clock {
    std::uint64_t monotonic = 0, boottime = 0, realtime = 0;  // ns, read together
    std::int32_t utc_offset = 0;                              // seconds east of UTC
    friend auto operator<=>(const Clock&, const Clock&) = default;
};

enum class Arch : std::uint8_t { unknown = 0, x86_64 = 1, arm64 = 2 };
enum class HookKind : std::uint8_t { unknown = 0, tracepoint = 1, fexit = 2, kprobe = 3 };
enum class SymbolSource : std::uint8_t { unknown = 0, kernel = 1, none = 2 };

// What was recorded; trace.capnp says more.
enum class RecordingScope : std::uint8_t { command = 0, processes = 1, cgroup = 2, machine = 3 };

enum class UserStackMode : std::uint8_t { unknown = 0, none = 1, snapshot = 2, frame_pointers = 3 };
enum class MappingSource : std::uint8_t { unknown = 0, perf = 1, none = 2, bpf = 3 };

struct RunHeader {
    unsigned version = format_version;
    unsigned min_reader_version = oldest_sufficient_version;
    std::string recorder;
    std::array<std::uint8_t, 16> run_id{};
    Clock start;
    std::string host_name, kernel_release, kernel_version, machine, boot_id;
    Arch arch = Arch::unknown;
    std::uint32_t page_size = 0;
    HookKind hook = HookKind::unknown;
    bool hook_has_options = false;
    std::vector<std::string> attached_programs, blind_spots, refused_hooks;
    std::vector<std::string> command;
    std::uint64_t command_left_out = 0;  // arguments that `command` lacks: TraceWriter keeps the first 64 KiB
    std::string working_directory;
    std::uint32_t caller_uid = 0, caller_gid = 0, caller_effective_uid = 0, on_behalf_of_uid = 0;
    std::string run_as_user;
    std::uint32_t run_as_uid = 0;
    std::uint32_t pid_namespace_level = 0;
    std::vector<std::pair<std::string, std::string>> sysctls;
    std::vector<std::string> lsms;
    bool lsms_known = false;
    std::uint64_t buffer_bytes = 0;
    bool walk_every_stack = false, wait_for_descendants = false;
    bool only_kinds = false;  // what is known already is only counted
    std::uint64_t target_thread = 0;
    UserNamespace home_namespace;
    bool withholding = false;
    SymbolSource symbol_source = SymbolSource::unknown;
    UserStackMode user_stacks = UserStackMode::unknown;
    MappingSource mapping_source = MappingSource::unknown;
    std::uint64_t mapping_buffer_bytes = 0;  // size for each CPU
    std::string mapping_refusal;             // one line; empty: nothing was refused
    RecordingScope scope = RecordingScope::command;
    std::vector<std::string> scope_names;  // process numbers, or the cgroup's path
    friend auto operator<=>(const RunHeader&, const RunHeader&) = default;
};

struct Losses {
    std::uint64_t checks = 0, outcomes = 0, processes = 0, credentials = 0, stacks = 0, mappings = 0;
    std::uint64_t objects = 0, first_seen = 0, user_stacks = 0;
    std::uint64_t comparisons = 0, refusals = 0, skipped = 0;
    friend auto operator<=>(const Losses&, const Losses&) = default;
};

enum class EndReason : std::uint8_t {
    unknown = 0,
    command_ended = 1,
    last_descendant_ended = 2,
    interrupted = 3,
    failed = 4,
    time_up = 5,
};

struct TargetStatus {
    enum class Kind : std::uint8_t { unknown, exited, signaled, not_executed, running } kind = Kind::unknown;
    std::int32_t value = 0;  // exit status, signal number, or errno of execve
    friend auto operator<=>(const TargetStatus&, const TargetStatus&) = default;
};

struct Survivor {
    std::uint64_t process = 0;
    std::uint32_t tgid = 0;
    std::string comm;
    friend auto operator<=>(const Survivor&, const Survivor&) = default;
};

struct RunFooter {
    Clock end;
    EndReason reason = EndReason::unknown;
    TargetStatus target;
    Losses losses;
    std::uint64_t checks_made = 0, checks_recorded = 0, outcomes_recorded = 0;
    std::vector<Survivor> survivors;  // at most 100
    std::uint64_t survivor_count = 0;
    std::uint64_t frames_without_symbol = 0, withheld_objects = 0, first_seen_rows = 0, tasks_followed = 0;
    std::uint64_t withheld_user_stacks = 0;
    std::uint64_t checks_counted = 0;  // of a kind that is recorded
    friend auto operator<=>(const RunFooter&, const RunFooter&) = default;
};

// One outcome of a kind of check, as it is kept apart from the ring buffer.
struct FirstSeenOutcome {
    std::int64_t value = 0;  // 0 for success, or -errno
    std::uint64_t hits = 0;
};

// How many more checks of a recorded kind there were, modulo 2^64.
struct KindCount {
    static constexpr std::int64_t no_outcome = 1;
    std::uint64_t key = 0;
    std::int64_t value = 0;  // of their syscalls: 0 for success, -errno, or no_outcome
    std::uint64_t hits = 0;
    friend bool operator==(const KindCount&, const KindCount&) = default;
};

}  // namespace caprec
