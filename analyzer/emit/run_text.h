// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/analysis.h"

namespace caprec {

// How the command ended: "exit status 1", "killed by SIGKILL", "could not be executed: ENOENT".
std::string target_text(const RunFacts& run);

// How long was recorded, in ns: to the footer, or to the last event without one.
std::uint64_t recorded_time(const RunFacts& run);

std::string end_reason_text(EndReason reason);  // "the command ended"
std::string hook_text(HookKind hook);           // "tracepoint"; the word of the JSON outputs too

}  // namespace caprec
