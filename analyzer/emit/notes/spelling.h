// SPDX-License-Identifier: Apache-2.0
//
// Capabilities as other programs spell them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/capability.h"

namespace caprec {

enum class Spelling : std::uint8_t {
    full,        // CAP_SYS_NICE
    bare,        // SYS_NICE
    lower,       // cap_sys_nice
    bare_lower,  // sys_nice
};

std::string spelled(unsigned number, Spelling spelling);

// "prefix+name" for each member, with `between` between them: joined(set, Spelling::bare, " ", "--cap-add=").
std::string joined(CapabilitySet set, Spelling spelling, std::string_view between, std::string_view prefix = {});

// The members that have a name: a program that looks names up takes no others.
CapabilitySet named(CapabilitySet set);
CapabilitySet nameless(CapabilitySet set);
// Every capability that has a name.
CapabilitySet all_named();

}  // namespace caprec
