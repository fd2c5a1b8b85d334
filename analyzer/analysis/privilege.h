// SPDX-License-Identifier: Apache-2.0
//
// What processes hold, and how programs dealt with the capabilities that they had.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/capability.h"
#include "schema/trace_tables.h"

namespace caprec {

// The capabilities within reach of one process or several, as their credentials tell.
struct Holdings {
    // Permitted ones.  What root lacks of its bounding set counts, too: the next program that it executes has that.
    CapabilitySet held;
    // The others of the bounding set where no_new_privs is not set: a program that is set-user-ID root, or a file with
    // capabilities, gives them, if there is one to execute.
    CapabilitySet gainable;
    CapabilitySet inside;  // permitted in a user namespace of their own, which says nothing about the host
    bool outside_known = false, inside_known = false;  // there was a credential there

    bool known() const { return outside_known || inside_known; }
    void add(const Holdings& more);
};

// `own_namespace`: the credential lives in a user namespace below the one of the recording's start.
Holdings holdings_of(const Credential& credential, bool own_namespace);

// Capabilities that nothing needed, and that a program kept in a capset that gave up others, after it had read its own
// sets.  If it asks for exactly these whatever it has read, capset fails without them.
struct KeptNote {
    std::string image;  // path of the executable
    CapabilitySet capabilities;
};

// A step in which threads of a program gave up capabilities for good.
struct DropStep {
    std::string image;                  // path of the executable
    std::uint64_t number = 0;           // counted from 1 in its thread
    std::string call;                   // "setuid"; empty: not known
    CapabilitySet permitted, bounding;  // the capabilities that these sets lost
};

}  // namespace caprec
