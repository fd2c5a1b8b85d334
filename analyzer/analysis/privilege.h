// SPDX-License-Identifier: Apache-2.0
//
// How programs dealt with the capabilities that they had.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/capability.h"

namespace caprec {

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
