// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "analyzer/analysis/other_refusal.h"
#include "analyzer/emit/pieces/text_style.h"

namespace caprec {

// "a seccomp filter is on, which may have answered; or an immutable file"
std::string cause_text(const OtherRefusal& refusal);

// "refused, and not a matter of capabilities: /usr/bin/rm, unlinkat("f") = -1 EPERM (may be ...)", without look-ups;
// empty: there are no others.
std::string refusal_note(const std::vector<OtherRefusal>& calls);

// Writes the calls that were refused for a reason other than a capability, a few lines; nothing when there are none.
void write_refusals(const OtherRefusals& refusals, std::size_t shown, const TextStyle& style, std::ostream& out);

}  // namespace caprec
