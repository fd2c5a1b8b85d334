// SPDX-License-Identifier: Apache-2.0
//
// What programs did with the capabilities that they had.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/capability.h"

namespace caprec {

// Capabilities that a program kept in a capset that gave up others, after it had looked what there is, and that nothing
// needed.  When it asks for just these all the same, capset fails without them.
struct KeptNote {
    std::string image;  // path of the executable
    CapabilitySet capabilities;
};

// A step in which threads of a program gave up capabilities for good.
struct DropStep {
    std::string image;                  // path of the executable
    std::uint64_t number = 0;           // from 1, in its thread
    std::string call;                   // "setuid"; empty: not known
    CapabilitySet permitted, bounding;  // what went of these sets
};

}  // namespace caprec
