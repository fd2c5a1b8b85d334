// SPDX-License-Identifier: Apache-2.0
//
// The few words that an answer is made of, for all the code that takes part in it.
#pragma once

#include <cstdint>

namespace caprec {

enum class Verdict : std::uint8_t {
    required,      // a granted check that decided
    alternative,   // one of several capabilities that would do
    missing,       // denied, and the syscall failed for it
    unclassified,  // not known: kept in the set, and flagged
    not_needed,    // asked, but did not decide
};
// In the order above, which is also the order of strength: a capability's verdict is the strongest of its reasons.
const char* verdict_name(Verdict verdict);  // "not_needed"

// A thread is at its start until it gives up capabilities for good, for the last time in the recording: its permitted
// or its bounding set shrinks through set*id, capset or prctl.  What it starts after that is after the drop, too.
enum class Phase : std::uint8_t { startup, after_drop };
const char* phase_name(Phase phase);  // "startup", "after-drop"

// Why the outcome of a check's syscall is not known.
enum class NoOutcome : std::uint8_t { known, lost, thread_ended, recording_ended, no_syscall, hook_off };
const char* no_outcome_text(NoOutcome why);  // "the thread ended in the syscall"

// The kernel's answer to a netlink request; refused: its error is that of a refusal.
enum class Acknowledgement : std::uint8_t { unknown, done, refused, failed };

}  // namespace caprec
