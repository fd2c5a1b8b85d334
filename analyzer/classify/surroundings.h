// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/given_up.h"
#include "schema/capability.h"
#include "schema/trace_tables.h"

namespace caprec {

// The owner of the files in /proc that a syscall was about, when its path does not tell; or of the process that it was
// about: one that may be traced without a capability counts as own.
enum class Whose : std::uint8_t { unknown, own, other };

// Other events in the syscall of a check.
struct Surroundings {
    // One operation asks for its alternatives one after the other, and stops at the first grant.
    CapabilitySet denied_before;     // those denied directly before this check
    CapabilitySet granted_after;     // for a denied check: the one granted after it, with only denied ones between
    CapabilitySet denied_after;      // all that are denied after this check
    bool asked_again = false;        // the same capability, later in the syscall
    GivenUp given_up = GivenUp::no;  // for a denied check: how the process, or an ancestor in the run, gave it up
    Acknowledgement acknowledgement = Acknowledgement::unknown;
    bool names_nothing = false;       // the acknowledged request is all zero
    bool returned_nothing = false;    // the syscall returned 0
    CredentialId credential_after{};  // the credential after the syscall, a new one or the same; 0: not known
    Whose whose = Whose::unknown;     // whose files in /proc, or which process, the syscall was about
    CapabilitySet held_more;          // surplus of that process, of the run and with the same ids, over the asker
    friend bool operator==(const Surroundings&, const Surroundings&) = default;
};

}  // namespace caprec
