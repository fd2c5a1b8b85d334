// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/given_up.h"
#include "schema/capability.h"
#include "schema/trace_tables.h"

namespace caprec {

// Whose files in /proc a syscall was about, when its path does not tell; or which process, when one that may be traced
// without a capability counts as own.
enum class Whose : std::uint8_t { unknown, own, other };

// What else happened in the syscall of a check.
struct Surroundings {
    // One operation asks for its alternatives one after the other, and stops at the first grant.
    CapabilitySet denied_before;     // the denied ones directly before this check
    CapabilitySet granted_after;     // of a denied check: the one granted after it, when only denied ones lie between
    CapabilitySet denied_after;      // all that are denied after this check
    bool asked_again = false;        // the same capability, later in the syscall
    GivenUp given_up = GivenUp::no;  // of a denied check: the process gave it up itself, or an ancestor in the run did
    Acknowledgement acknowledgement = Acknowledgement::unknown;
    bool names_nothing = false;       // of an acknowledged request: it is all zero
    bool returned_nothing = false;    // the syscall returned 0
    CredentialId credential_after{};  // the syscall replaced the credential by this one, or kept it; 0: not known
    Whose whose = Whose::unknown;     // files in /proc the syscall was about, or which process
    CapabilitySet held_more;          // what that one, of the run and with the same ids, held beyond the asker
    friend bool operator==(const Surroundings&, const Surroundings&) = default;
};

}  // namespace caprec
