// SPDX-License-Identifier: Apache-2.0
//
// Which programs a recording needs, and what they are told before they are loaded.
#pragma once

#include <cstdint>
#include <vector>

#include "recorder/hooks.h"
#include "recorder/programs.h"
#include "schema/run_info.h"

namespace caprec {

struct CaptureSettings {
    std::uint64_t buffer_bytes = 0;  // a power of two
    bool walk_every_stack = false;
    bool withhold_secure = false;     // see RunHeader::withholding
    std::uint8_t user_stacks = 0;     // enum ev_user_stack_kind; 0: none
    const CheckHook* hook = nullptr;  // null: the first one that works
    RecordingScope scope = RecordingScope::command;
    std::uint64_t cgroup_id = 0;
    bool only_kinds = false;  // what is known already is counted, and not sent again
};

// Loaded for scopes other than a command; the second one when there are user stacks.
inline constexpr const char *search_tasks = "search_tasks", *search_mappings = "search_mappings",
                            *note_recorder = "note_recorder";

// `with_beside`: those that are attached where the self-test shows that the hook does not see some checks, too.
ProgramSettings program_settings(const CheckHook& hook, const CaptureSettings& settings, bool with_beside);

// The programs whose turn the kernel may leave out, and counts that; not all of them may be loaded.
std::vector<const char*> counted_programs(const CheckHook& hook);

}  // namespace caprec
