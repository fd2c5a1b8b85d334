// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "analyzer/analysis/run_facts.h"

namespace caprec {

// How the command ended: "exit status 1", "killed by SIGKILL", "could not be executed: ENOENT"; without a command, how
// the recording ended: "interrupted"; for several runs, when they differ: "exit status 0 in 4, exit status 1 in 1".
std::string target_text(const RunFacts& run);

// What one recording was of, escaped: its command, "processes 12, 34", "everything in /system.slice/ssh.service", "the
// whole machine".
std::string recorded_text(const RunHeader& header);
// The same of one run or several: "nginx -t"; "5 runs of nginx -t"; "5 runs of 2 commands".
std::string command_text(const RunFacts& run);
// "vm (Linux 6.18 x86_64)"; "3 hosts (Linux 6.1 x86_64; Linux 6.18 x86_64)".
std::string host_text(const RunFacts& run);
std::string runs_text(std::size_t runs, std::size_t of);  // "in 2 of 5 runs"
// The same; empty when the trace is of one run.
std::string seen_text(std::size_t runs, const RunFacts& run);

// "filtered: --unit ssh.service: 12 of 340 checks, 2 of 19 processes"; empty: the answer is about everything.
std::string filter_text(const RunFacts& run);

std::string end_reason_text(EndReason reason);  // "the command ended"
const char* scope_word(RecordingScope scope);   // "command"; the word of the JSON outputs too
std::string hook_text(HookKind hook);           // "tracepoint"; the word of the JSON outputs too

}  // namespace caprec
