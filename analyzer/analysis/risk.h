// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "schema/capability.h"

namespace caprec {

// The harm that a process in a host's initial user namespace can do with one capability alone.
enum class Risk : std::uint8_t {
    low,     // starve or annoy others
    medium,  // deny service, listen, mislead; a larger surface of the kernel
    high,    // become root, or read what only root may
};

Risk risk_of(unsigned capability);           // high for numbers without a name: nobody knows what they allow
const char* risk_name(Risk risk);            // "high"
const char* risk_text(unsigned capability);  // the harm in a few words; "" without a name

// When two sets are equal in risk, members with a smaller place are preferred.  The place is the number, but where the
// kernel takes either of two capabilities, the weaker one comes first: CAP_DAC_READ_SEARCH and CAP_FOWNER before
// CAP_DAC_OVERRIDE, as whoever may ignore all permissions may read and set times, and CAP_NET_RAW before CAP_NET_ADMIN.
unsigned preference(unsigned capability);

// How many members have high, medium and low risk, in this order.
std::array<std::size_t, 3> risk_counts(CapabilitySet set);

// The members, those of the highest risk first, then by number.
std::vector<unsigned> by_risk(CapabilitySet set);

}  // namespace caprec
