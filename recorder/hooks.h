// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string>

#include "recorder/entry_paths.h"
#include "schema/run_info.h"

namespace caprec {

// A way to see capability checks.  The table has one row each, the best first; the first one that loads, attaches
// and passes the self-test is used.
struct CheckHook {
    HookKind kind;
    const char* word;        // the word for --hook: "tracepoint"
    const char* name;        // "tp_btf/cap_capable"
    bool has_options;        // sees cap_capable's opts
    bool counts_misses;      // the kernel counts the checks at which a program could not run; false: the programs do
    bool by_events;          // its programs come by trace events, as do those by which tasks are followed: none is left
                             // out where the kernel preempts the programs of tracepoints, for which alone it is there
    const char* needs;       // the feature that a kernel must have for this hook
    const char* blind_spot;  // the checks that it cannot see; goes into the trace; null: none
    // A cheap look at whether the hook is there.  0: it may be; otherwise the kernel's answer (errno) that it is not.
    int (*refusal)();
    std::array<const char*, 2> programs;  // their names in bpf/; null: there is no second one
    // For each path, the program to attach as well when the self-test does not see its check; null: there is no such
    // program.
    std::array<const char*, path_count> beside;
};
std::span<const CheckHook> check_hooks();

std::string hook_words();  // "tracepoint, fexit, kprobe"

// The row of that word.  Throws Error, which names the valid words.
const CheckHook& hook_of_word(const std::string& word);

}  // namespace caprec
