// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace caprec {

// What a process in the initial user namespace of a host can do with one capability alone.
enum class Risk : std::uint8_t {
    low,     // starve or annoy others
    medium,  // deny service, listen, mislead; a larger surface of the kernel
    high,    // become root, or read what only root may
};

Risk risk_of(unsigned capability);           // high for numbers without a name: nobody knows what they allow
const char* risk_name(Risk risk);            // "high"
const char* risk_text(unsigned capability);  // what it allows, in a few words; "" without a name

// When two sets are equal in risk, members with a smaller place are preferred.  The place is the number, but the weaker
// of two that the kernel takes for each other comes first: CAP_DAC_READ_SEARCH and CAP_FOWNER before CAP_DAC_OVERRIDE,
// as whoever may ignore all permissions may read and set times, and CAP_NET_RAW before CAP_NET_ADMIN.
unsigned preference(unsigned capability);

}  // namespace caprec
