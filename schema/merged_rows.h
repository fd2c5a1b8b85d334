// SPDX-License-Identifier: Apache-2.0
//
// Many runs as one, in memory: the contents of a merged trace besides its tables.  trace.capnp documents the fields.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "schema/event_rows.h"
#include "schema/run_info.h"
#include "schema/trace_tables.h"

namespace caprec {

using RunId = std::array<std::uint8_t, 16>;

// Readers that do not know of merged runs would find nothing in such a trace, and call it whole.
inline constexpr unsigned oldest_for_merged_runs = 3;

inline constexpr std::size_t max_merged_runs = 1u << 16;  // the most in one trace

enum class RunState : std::uint8_t { unknown = 0, whole = 1, cut = 2, damaged = 3, recording = 4 };

// All that a merged trace keeps of a run, except its texts.
struct RunOutline {
    RunId run_id{};
    std::uint32_t setting = 0;
    Clock start;
    std::uint64_t duration = 0;  // ns
    std::uint64_t checks = 0, outcomes = 0, processes = 0;
    std::uint64_t survivors = 0;  // processes that outlived the recording
    TargetStatus target;
    RunState state = RunState::unknown;
    Losses losses;
};

struct MergedRun : RunOutline {
    StringId host_name{};
    std::vector<StringId> problems, notes;
};

struct KeptEntry {
    StringId image{};
    CapabilitySet capabilities;
    bool looked = false, asked = false;
};

struct DropEntry {
    StringId image{};
    std::uint64_t number = 0;
    StringId call{};
    CapabilitySet permitted, bounding;
};

struct RefusalEntry {
    StringId image{};
    ObjectId object{};
    std::uint64_t abi = 0, syscall = 0, error = 0;
    std::uint64_t flags = 0;  // RefusalFlag
    bool no_new_privs = false;
    std::uint64_t times = 0;
};

struct ProgramEntry {
    StringId image{}, content{}, outer_path{};
    std::uint64_t device = 0, inode = 0;
    std::uint64_t file_state = 0;  // FileState
    std::uint32_t mode = 0, owner = 0, group = 0;
    std::uint64_t mount_namespace = 0;
    CapabilitySet permitted, inheritable;
    std::uint32_t root_id = 0;
};

enum KindFlag : std::uint64_t {
    kind_asked_again = 0x1,
    kind_own_mount = 0x2,
    kind_names_nothing = 0x4,
    kind_returned_nothing = 0x8,
    kind_acknowledgement = 0x30,
    kind_own_files = 0x40,
    kind_other_files = 0x80,
    kind_monitors = 0x100,
    kind_found_later = 0x200,
    kind_chosen = 0x400,
};

// The fields of a kind besides the CheckRow of its example.  The names are those of the columns.
struct KindRow {
    std::uint64_t order = 0;
    std::uint64_t setting = 0, example_run = 0;
    StringId image{}, comm{};
    std::uint64_t tgid = 0;
    std::uint64_t outcome = 0, error = 0, phase = 0;
    std::uint64_t site_source = 0;
    StackId site_stack{};
    std::uint64_t denied_before = 0, granted_after = 0, denied_after = 0;
    CredentialId credential_after{};
    std::uint64_t flags = 0;  // KindFlag
    std::uint64_t not_asked = 0;
    std::uint64_t most = 0;
    std::uint64_t given_up = 0;
    std::uint64_t instead = 0;
    StringId cgroup{};
    std::uint64_t user = 0;  // effective uid + 1
};

struct RunRange {
    std::uint32_t first = 0, length = 0;
    friend bool operator==(const RunRange&, const RunRange&) = default;
};

struct MergedKind {
    CheckRow check;
    KindRow kind;
    std::vector<RunRange> runs;  // ascending, apart from each other
};

// The receiver of a merged chunk's contents, called in this order.
class MergedVisitor {
public:
    virtual ~MergedVisitor() = default;
    virtual void on(const RunHeader& setting) = 0;
    virtual void on(const MergedRun& run) = 0;
    virtual void on(const CheckRow& example, const KindRow& kind, std::span<const RunRange> runs) = 0;
    virtual void on(const KeptEntry& kept) = 0;
    virtual void on(const RefusalEntry& refusal) = 0;
    virtual void on(const DropEntry& drop) = 0;
    virtual void on(const ProgramEntry& program) = 0;
    virtual void on_image(StringId path) = 0;
    virtual void on_knowledge(std::string_view name) = 0;
};

}  // namespace caprec
